"""The views of stock, in /api/v1/inventory/, for staff."""

import django_filters
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from inventory import selectors, services
from inventory.models import MovementKind, StockItem, StockMovement
from inventory.serializers import MovementInput, MovementOutput, StockItemOutput
from utils.api.filters import AfterFilter, IdFilter, StrictFilterSet
from utils.api.idempotency import idempotent
from utils.api.pagination import PageOrCursorPagination
from utils.api.permissions import staff_with
from utils.api.views import read, respond
from utils.api.viewsets import ListViewSet


class StockItemFilter(StrictFilterSet):
    product = IdFilter(field_name="variant__product")
    variant = IdFilter(field_name="variant")
    sku = django_filters.CharFilter(field_name="variant__sku")

    class Meta:
        model = StockItem
        fields: list[str] = []


class MovementFilter(StrictFilterSet):
    stock_item = IdFilter(field_name="stock_item")
    kind = django_filters.ChoiceFilter(choices=MovementKind.choices)
    reference = django_filters.CharFilter(field_name="reference")
    created_after = AfterFilter(field_name="created_at")

    class Meta:
        model = StockMovement
        fields: list[str] = []


class StockItemViewSet(ListViewSet):
    """List the pieces on hand, reserved and available, by variant and location."""

    permission_classes = [staff_with("inventory.view_stockitem")]
    serializer_class = StockItemOutput
    filterset_class = StockItemFilter

    def visible(self):
        return selectors.stock_items()


class MovementViewSet(ListViewSet):
    """List the movements of the stock ledger, the newest first."""

    permissions = {
        "list": staff_with("inventory.view_stockmovement"),
        "create": staff_with("inventory.add_stockmovement"),
    }
    serializer_class = MovementOutput
    filterset_class = MovementFilter
    pagination_class = PageOrCursorPagination

    def visible(self):
        return selectors.movements()

    @swagger_auto_schema(request_body=MovementInput, responses={201: MovementOutput})
    @idempotent
    def create(self, request: SignedInRequest) -> Response:
        """Add pieces to a stock item or take them out, and record the movement."""
        fields = read(MovementInput, request)
        item = selectors.stock_item_get(fields.pop("stock_item"))
        movement = services.stock_adjust(stock_item=item, delta=fields.pop("quantity"), actor=request.user, **fields)
        return respond(MovementOutput, movement, status.HTTP_201_CREATED)
