"""The views of a variant's tiers: the prices of customer groups and of quantities (staff)."""

from typing import Any

from django.conf import settings
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from accounts.errors import CustomerGroupNotFound
from accounts.selectors import customer_group_get
from catalog import selectors, services
from catalog.models import Variant
from catalog.serializers import PriceTierInput, PriceTierOutput
from utils.api.permissions import staff_with
from utils.api.views import read, respond, rows
from utils.api.viewsets import ViewSet


def variant_to_edit(request: SignedInRequest, key: str, variant_id: int) -> Variant:
    """Return a variant of a product that the caller may edit. Raise the errors of ``product_to_edit``."""
    return selectors.variant_of(selectors.product_to_edit(request.user, key=key), variant_id)


def _with_group(fields: dict[str, Any]) -> dict[str, Any]:
    """Replace the code of the customer group in ``fields`` with the group, and return ``fields``.

    Raise ``ValidationError`` (400) when there is none, because the body names it, not the URL.
    """
    if "group" in fields:
        try:
            fields["group"] = customer_group_get(fields["group"])
        except CustomerGroupNotFound as error:
            raise ValidationError({"group": [error.detail]}, code=error.code) from error
    return fields


class PriceTierViewSet(ViewSet):
    """Serve the tiers of one variant."""

    permissions = {
        "list": staff_with("catalog.view_pricetier"),
        "create": staff_with("catalog.change_pricetier"),
        "destroy": staff_with("catalog.change_pricetier"),
    }
    lookup_url_kwarg = "tier_id"
    lookup_value_converter = "id"

    @swagger_auto_schema(responses={200: PriceTierOutput(many=True)})
    def list(self, request: Request, key: str, variant_id: int) -> Response:
        """List the tiers of a variant, those of everybody and of all customer groups (staff)."""
        product = selectors.product_get(selectors.products_visible_to(request.user), key=key)
        return Response(rows(PriceTierOutput, selectors.tiers_of(selectors.variant_of(product, variant_id))))

    @swagger_auto_schema(request_body=PriceTierInput, responses={201: PriceTierOutput})
    def create(self, request: SignedInRequest, key: str, variant_id: int) -> Response:
        """Set the price from a number of pieces on, for a customer group or for everybody (staff).

        A tier with the same currency, group and number is replaced.
        """
        variant = variant_to_edit(request, key, variant_id)
        fields = {"currency": settings.DEFAULT_CURRENCY, **_with_group(read(PriceTierInput, request))}
        tier, _ = services.tier_set(variant=variant, **fields)
        return respond(PriceTierOutput, tier, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={204: "Deleted."})
    def destroy(self, request: SignedInRequest, key: str, variant_id: int, tier_id: int) -> Response:
        """Delete a tier (staff)."""
        services.tier_delete(variant=variant_to_edit(request, key, variant_id), tier_id=tier_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
