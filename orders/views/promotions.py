"""The views of promotions and their codes, in /api/v1/promotions/, for staff."""

from typing import Any

import django_filters
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from orders import selectors, services
from orders.models import Promotion
from orders.serializers import CodeOutput, CodesInput, PromotionInput, PromotionOutput
from utils.api.filters import StableOrderingFilter, StrictBooleanFilter, StrictFilterSet
from utils.api.permissions import staff_with
from utils.api.views import read, respond, rows
from utils.api.viewsets import ListViewSet


class PromotionFilter(StrictFilterSet):
    code = django_filters.CharFilter(field_name="codes__code", lookup_expr="iexact", max_length=40)
    is_active = StrictBooleanFilter()
    ordering = StableOrderingFilter(fields=["priority", "created_at", "name", "uses"])

    class Meta:
        model = Promotion
        fields: list[str] = []


class PromotionViewSet(ListViewSet):
    """List the promotions, those that come first at the top (staff)."""

    permissions = {
        "list": staff_with("orders.view_promotion"),
        "retrieve": staff_with("orders.view_promotion"),
        "create": staff_with("orders.add_promotion"),
        "partial_update": staff_with("orders.change_promotion"),
        "destroy": staff_with("orders.delete_promotion"),
    }
    serializer_class = PromotionOutput
    filterset_class = PromotionFilter
    lookup_url_kwarg = "promotion_id"
    lookup_value_converter = "id"

    def visible(self):
        return selectors.promotions()

    @swagger_auto_schema(request_body=PromotionInput, responses={201: PromotionOutput})
    def create(self, request: Request) -> Response:
        """Add a promotion (staff). ``docs/pricing.md`` says what each kind does."""
        fields, items = _split(read(PromotionInput, request))
        promotion = services.promotion_create(items=items, **fields)
        return _answer(promotion.pk, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={200: PromotionOutput})
    def retrieve(self, request: Request, promotion_id: int) -> Response:
        """Get one promotion (staff)."""
        return _answer(promotion_id)

    @swagger_auto_schema(request_body=PromotionInput, responses={200: PromotionOutput})
    def partial_update(self, request: Request, promotion_id: int) -> Response:
        """Change a promotion (staff). Orders that used it stay as they are."""
        fields, items = _split(read(PromotionInput, request, partial=True))
        services.promotion_update(promotion=selectors.promotion_get(promotion_id), items=items, **fields)
        return _answer(promotion_id)

    @swagger_auto_schema(responses={204: "Deleted."})
    def destroy(self, request: Request, promotion_id: int) -> Response:
        """Delete a promotion that no order has used (staff)."""
        services.promotion_delete(promotion=selectors.promotion_get(promotion_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PromotionCodeViewSet(ListViewSet):
    """List the codes of a promotion, the oldest first (staff)."""

    permissions = {
        "list": staff_with("orders.view_promotioncode"),
        "create": staff_with("orders.add_promotioncode"),
    }
    serializer_class = CodeOutput

    def visible(self):
        return selectors.promotion_codes(selectors.promotion_get(self.kwargs["promotion_id"]))

    @swagger_auto_schema(request_body=CodesInput, responses={201: CodeOutput(many=True)})
    def create(self, request: Request, promotion_id: int) -> Response:
        """Add a code to a promotion, or generate many that are good for one order each (staff)."""
        promotion, fields = selectors.promotion_get(promotion_id), read(CodesInput, request)
        if "count" in fields:
            made = services.codes_generate(promotion=promotion, count=fields["count"], prefix=fields.get("prefix", ""))
        else:
            single = fields.get("is_single_use", False)
            made = [services.code_create(promotion=promotion, code=fields["code"], is_single_use=single)]
        shown = selectors.promotion_codes(promotion).filter(pk__in=[code.pk for code in made])
        return Response(rows(CodeOutput, shown), status=status.HTTP_201_CREATED)


def _split(fields: dict[str, Any]) -> tuple[dict[str, Any], services.NamedItems]:
    """Part a promotion's own fields from the items that it names."""
    items: Any = {name: fields.pop(name) for name in ("categories", "products", "variants") if name in fields}
    return fields, items


def _answer(promotion_id: int, status_code: int = status.HTTP_200_OK) -> Response:
    return respond(PromotionOutput, selectors.promotion_get(promotion_id), status_code)
