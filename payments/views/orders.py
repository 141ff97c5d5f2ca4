"""Checking out, in /api/v1/orders/."""

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from accounts.models import User
from cart.selectors import cart_of_id
from catalog.models import Variant
from inventory.offers import offer_of_product, offer_of_variant
from orders.filters import OrderFilter
from orders.models import Order
from orders.selectors import order_by_number, order_details, orders_visible_to
from orders.serializers import OrderOutput
from payments import services
from payments.models import Payment
from payments.serializers import AttemptInput, OrderInput, PaymentOutput, PlacedOrderOutput
from shipping.selectors import address_get
from shipping.serializers import ADDRESS_FIELDS
from utils.api.clients import address_of
from utils.api.idempotency import idempotent
from utils.api.pagination import PageOrCursorPagination
from utils.api.views import ListView, read, respond

IDEMPOTENCY_KEY = openapi.Parameter(
    "Idempotency-Key",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="Any text of up to 255 characters that the client makes up once for this order. After a lost "
    "connection send the same request again: the answer is the first one's.",
)


class OrderListView(ListView):
    """One's own orders (staff: all), the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = OrderOutput
    filterset_class = OrderFilter
    pagination_class = PageOrCursorPagination
    queryset = Order.objects.none()

    def get_queryset(self):
        if not self.request.user.is_authenticated:
            return self.queryset
        return order_details(orders_visible_to(self.request.user))

    @swagger_auto_schema(
        request_body=OrderInput, responses={201: PlacedOrderOutput}, manual_parameters=[IDEMPOTENCY_KEY]
    )
    @idempotent
    def post(self, request: SignedInRequest) -> Response:
        """Order what is in the cart, or ``items``. Stock is reserved at once; there is no order without it."""
        fields = read(OrderInput, request)
        payment, is_new = services.checkout(
            user=request.user,
            method=fields.pop("payment_method"),
            cart_id=_cart_id(fields.pop("cart", None), request.user),
            items=_offers(fields.pop("items", None)),
            address=_postal_address(fields, request.user),
            placed_from=address_of(request._request),
            **fields,
        )
        return _placed_answer(payment, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _offers(items: list[dict[str, Any]] | None) -> list[tuple[Variant, int]] | None:
    if items is None:
        return None
    currency = settings.DEFAULT_CURRENCY
    return [
        (
            offer_of_variant(item["variant"], currency=currency)
            if "variant" in item
            else offer_of_product(item["product"], currency=currency),
            item["quantity"],
        )
        for item in items
    ]


def _postal_address(fields: dict[str, Any], user: User) -> dict[str, str]:
    if "address" in fields:
        return fields.pop("address")
    address = address_get(user=user, number=fields.pop("address_id"))
    return {name: getattr(address, name) for name in ADDRESS_FIELDS}


def _cart_id(public_id: UUID | None, user: User) -> int | None:
    return None if public_id is None else cart_of_id(user=user, public_id=public_id).pk


def _placed_answer(payment: Payment, status_code: int) -> Response:
    order: Any = payment.order
    order.payment = payment
    return respond(PlacedOrderOutput, order, status_code)


class AttemptListView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=AttemptInput, responses={201: PaymentOutput}, manual_parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: SignedInRequest, order_number: str) -> Response:
        """Pay one's order another way, or once more: earlier attempts are given up. (Finance: anybody's.)"""
        method = read(AttemptInput, request)["payment_method"]
        order = order_by_number(order_number)
        payment = services.payment_open(user=request.user, order_id=order.pk, method=method)
        return respond(PaymentOutput, payment, status.HTTP_201_CREATED)
