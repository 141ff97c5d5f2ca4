"""Checking out, and payments in /api/v1/payments/."""

from typing import Any

import django_filters
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from accounts.models import User
from orders.models import Order
from orders.selectors import order_details, orders_visible_to
from orders.serializers import OrderOutput
from orders.states import OrderStatus, PaymentStatus
from payments import selectors, services
from payments.models import Payment
from payments.serializers import ConfirmInput, OrderInput, PaymentOutput, PlacedOrderOutput
from shipping.selectors import address_get
from shipping.serializers import ADDRESS_FIELDS
from utils.api.filters import StrictFilterSet
from utils.api.idempotency import idempotent
from utils.api.permissions import staff_with
from utils.api.views import ListView, read, respond

IDEMPOTENCY_KEY = openapi.Parameter(
    "Idempotency-Key",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="Any text of up to 255 characters that the client makes up once for this order. After a lost "
    "connection send the same request again: the answer is the first one's.",
)


class OrderFilter(StrictFilterSet):
    status = django_filters.ChoiceFilter(choices=OrderStatus.choices)
    payment_status = django_filters.ChoiceFilter(choices=PaymentStatus.choices)

    class Meta:
        model = Order
        fields: list[str] = []


class OrderListView(ListView):
    """One's own orders (staff: all), the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = OrderOutput
    filterset_class = OrderFilter
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
        """Order what is in the cart. Stock is reserved in the same moment; there is no order without it."""
        fields = read(OrderInput, request)
        payment, is_new = services.checkout(
            user=request.user,
            method=fields.pop("payment_method"),
            cart_id=fields.pop("cart", None),
            address=_postal_address(fields, request.user),
            **fields,
        )
        return _placed_answer(payment, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _postal_address(fields: dict[str, Any], user: User) -> dict[str, str]:
    if "address" in fields:
        return fields.pop("address")
    address = address_get(user=user, address_id=fields.pop("address_id"))
    return {name: getattr(address, name) for name in ADDRESS_FIELDS}


def _placed_answer(payment: Payment, status_code: int) -> Response:
    order: Any = payment.order
    order.payment = payment
    return respond(PlacedOrderOutput, order, status_code)


class PaymentListView(ListView):
    """Payments of one's own orders (staff: all), the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = PaymentOutput
    queryset = Payment.objects.none()

    def get_queryset(self):
        return selectors.payments_visible_to(self.request.user) if self.request.user.is_authenticated else self.queryset


class PaymentView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: PaymentOutput})
    def get(self, request: SignedInRequest, payment_id: int) -> Response:
        """One payment."""
        return respond(PaymentOutput, selectors.payment_get(user=request.user, payment_id=payment_id))


class PaymentConfirmView(APIView):
    permission_classes = [staff_with("payments.change_payment")]

    @swagger_auto_schema(request_body=ConfirmInput, responses={200: PaymentOutput})
    @idempotent
    def post(self, request: SignedInRequest, payment_id: int) -> Response:
        """Note that the money is there (staff): the order is confirmed and its stock leaves the balance."""
        fields = read(ConfirmInput, request)
        payment = services.payment_confirm(payment_id=payment_id, actor=request.user, **fields)
        return respond(PaymentOutput, payment)
