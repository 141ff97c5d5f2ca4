"""Serve payments under /api/v1/payments/."""

from decimal import Decimal

import django_filters
from django.conf import settings
from drf_yasg.utils import swagger_auto_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from cart.authentication import CART_TOKEN, find_cart
from orders.authentication import ORDER_TOKEN, SignedInOrWithOrderToken, buyer_of, opened_order
from orders.selectors import order_get
from orders.services import cart_quote
from payments import selectors, services
from payments.models import Payment
from payments.requests import PaymentRequest
from payments.serializers import (
    ConfirmInput,
    PaymentMethodOutput,
    PaymentMethodQuery,
    PaymentOutput,
    StartedPaymentOutput,
    StartInput,
)
from payments.states import PaymentMethod, PaymentState
from utils.api.filters import AfterFilter, StableOrderingFilter, StrictFilterSet, refuse_unknown_parameters
from utils.api.idempotency import idempotent
from utils.api.pagination import PageOrCursorPagination
from utils.api.permissions import staff_with
from utils.api.views import read, respond, rows
from utils.api.viewsets import ListViewSet, ViewSet


class PaymentFilter(StrictFilterSet):
    number = django_filters.CharFilter(max_length=32)
    order = django_filters.CharFilter(field_name="order__number", max_length=20, help_text="The order's number")
    method = django_filters.ChoiceFilter(choices=PaymentMethod.choices)
    state = django_filters.ChoiceFilter(choices=PaymentState.choices)
    created_after = AfterFilter(field_name="created_at")
    ordering = StableOrderingFilter(fields=["created_at", "amount"])

    class Meta:
        model = Payment
        fields: list[str] = []


class PaymentViewSet(ListViewSet):
    """List the payments of one's own orders (staff: all payments), the newest first."""

    request: SignedInRequest
    permission_classes = [SignedInOrWithOrderToken]
    permissions = {"list": IsAuthenticated, "confirm": staff_with("payments.change_payment")}
    serializer_class = PaymentOutput
    filterset_class = PaymentFilter
    pagination_class = PageOrCursorPagination
    lookup_url_kwarg = "payment_number"
    lookup_value_converter = "number"

    def visible(self):
        return selectors.payments_visible_to(self.request.user)

    @swagger_auto_schema(responses={200: PaymentOutput}, manual_parameters=[ORDER_TOKEN])
    def retrieve(self, request: SignedInRequest, payment_number: str) -> Response:
        """Show one payment."""
        opened = opened_order(request)
        return respond(PaymentOutput, selectors.payment_get(user=request.user, number=payment_number, opened=opened))

    @swagger_auto_schema(request_body=ConfirmInput, responses={200: PaymentOutput})
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: SignedInRequest, payment_number: str) -> Response:
        """Record that a payment's money has arrived (staff).

        The order is confirmed, and its reserved pieces leave the stock.
        """
        fields = read(ConfirmInput, request)
        payment = selectors.payment_by_number(payment_number)
        payment = services.payment_confirm(payment_id=payment.pk, actor=request.user, **fields)
        return respond(PaymentOutput, payment)

    @swagger_auto_schema(
        request_body=StartInput,
        responses={200: StartedPaymentOutput, 503: "The gateway does not answer."},
        manual_parameters=[ORDER_TOKEN],
    )
    @action(detail=True, methods=["post"])
    def start(self, request: SignedInRequest, payment_number: str) -> Response:
        """Start one's payment at its gateway.

        Go on to ``pay_url``, or, if that is empty, answer the prompt on the phone. With ``in_app``, an app goes on with
        ``client_secret`` and the gateway's widgets; what the widgets say is not believed.

        A repeated start gives the same answer. While the gateway's result is unknown, it answers 409 or 503 with
        Retry-After. After a start whose answer never came, the answer is a new payment of the order, with an ``id`` of
        its own.
        """
        opened = opened_order(request)
        payment = selectors.payment_of_own(user=request.user, number=payment_number, opened=opened)
        asked = PaymentRequest(**read(StartInput, request))
        return respond(StartedPaymentOutput, services.payment_start(payment_id=payment.pk, request=asked))


class PaymentMethodViewSet(ViewSet):
    permission_classes = [AllowAny]

    @swagger_auto_schema(
        responses={200: PaymentMethodOutput(many=True)},
        query_serializer=PaymentMethodQuery,
        manual_parameters=[CART_TOKEN, ORDER_TOKEN],
    )
    def list(self, request: Request) -> Response:
        """List the payment methods for one's cart, or for an order.

        ``why_not`` says why a method does not take the amount, for example a minimum. The price of a cart includes
        shipping, as the order's total will.
        """
        refuse_unknown_parameters(request, {"order", "shipping_method"})
        query = PaymentMethodQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        amount, currency = _to_pay(request, **query.validated_data)
        return Response(rows(PaymentMethodOutput, selectors.payment_methods(amount=amount, currency=currency)))


def _to_pay(request: Request, *, order: str = "", shipping_method: str = "") -> tuple[Decimal, str]:
    if order:
        placed = order_get(user=request.user, number=order, opened=opened_order(request))
        return placed.total, placed.currency
    cart = find_cart(request)
    if cart is None:
        return Decimal(0), settings.DEFAULT_CURRENCY
    return cart_quote(cart=cart, buyer=buyer_of(request), method=shipping_method).totals.total, cart.currency
