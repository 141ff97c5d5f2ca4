"""The views that place orders, show them and change their status."""

from typing import Any

from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from cart.selectors import cart_of
from orders import selectors, services
from orders.errors import CartEmpty
from orders.filters import OrderFilter
from orders.models import Order
from orders.serializers import (
    OrderInput,
    OrderOutput,
    OrderPriceOutput,
    PlacedOrderOutput,
    QuoteInput,
    QuoteOutput,
    StatusChangeOutput,
    TransitionInput,
)
from orders.views.checkout import destination, order_request
from payments import services as payments
from payments.models import Payment
from payments.serializers import AttemptInput, PaymentOutput
from utils.api.clients import ip_address_of
from utils.api.idempotency import IDEMPOTENCY_KEY, idempotent
from utils.api.pagination import PageOrCursorPagination
from utils.api.permissions import staff_with
from utils.api.views import read, respond, rows
from utils.api.viewsets import ListViewSet


class OrderViewSet(ListViewSet):
    """List one's own orders (staff: all orders), the newest first."""

    request: SignedInRequest
    permission_classes = [IsAuthenticated]
    permissions = {"transition": staff_with("orders.change_order")}
    serializer_class = OrderOutput
    filterset_class = OrderFilter
    pagination_class = PageOrCursorPagination
    lookup_url_kwarg = "order_number"
    lookup_value_converter = "number"

    def visible(self):
        return selectors.order_details(selectors.orders_visible_to(self.request.user))

    @swagger_auto_schema(
        request_body=OrderInput, responses={201: PlacedOrderOutput}, manual_parameters=[IDEMPOTENCY_KEY]
    )
    @idempotent
    def create(self, request: SignedInRequest) -> Response:
        """Order what is in the cart, or ``items``. The stock is reserved at once, or the order is refused."""
        fields = read(OrderInput, request)
        payment, is_new = payments.checkout(
            user=request.user,
            method=fields["payment_method"],
            order=order_request(fields, user=request.user, placed_from=ip_address_of(request._request)),
        )
        return _placed_answer(payment, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @swagger_auto_schema(responses={200: OrderOutput})
    def retrieve(self, request: SignedInRequest, order_number: str) -> Response:
        """Show one of one's own orders (staff: any order)."""
        return _order_answer(request, order_number)

    @swagger_auto_schema(request_body=QuoteInput, responses={200: QuoteOutput})
    @action(detail=False, methods=["post"])
    def quote(self, request: SignedInRequest) -> Response:
        """Show what the cart would cost now, step by step, and the shipping methods with their prices.

        They are those that reach the given place. When none does, the answer is 409 with the code `not_deliverable`.
        """
        cart = cart_of(request.user)
        if cart is None:
            raise CartEmpty
        buyer = services.Buyer(user=request.user, email=request.user.email or "")
        fields = read(QuoteInput, request)
        where = destination(fields, request.user)
        method = fields.get("shipping_method", "")
        quote = services.order_quote(cart=cart, buyer=buyer, method=method, address=where)
        return respond(QuoteOutput, quote)

    @swagger_auto_schema(responses={200: OrderPriceOutput})
    @action(detail=True)
    def explain(self, request: SignedInRequest, order_number: str) -> Response:
        """Show step by step how the order's total came about, as it was when the order was placed."""
        return respond(OrderPriceOutput, selectors.order_get(user=request.user, number=order_number))

    @swagger_auto_schema(responses={200: StatusChangeOutput(many=True)})
    @action(detail=True)
    def history(self, request: SignedInRequest, order_number: str) -> Response:
        """List the order's changes of status, the oldest first."""
        order: Order = selectors.order_get(user=request.user, number=order_number)
        return Response(rows(StatusChangeOutput, order.history.all()))

    @swagger_auto_schema(request_body=TransitionInput, responses={200: OrderOutput})
    @action(detail=True, methods=["post"])
    def transition(self, request: SignedInRequest, order_number: str) -> Response:
        """Move an order to a status (staff). Skipped steps are recorded; the same status again changes nothing."""
        fields = read(TransitionInput, request)
        order = selectors.order_get(user=request.user, number=order_number)
        services.order_transition(
            order_id=order.pk, to=fields["status"], actor=request.user, reason=fields.get("reason", "")
        )
        return _order_answer(request, order_number)

    @swagger_auto_schema(request_body=no_body, responses={200: OrderOutput})
    @action(detail=True, methods=["post"])
    def cancel(self, request: SignedInRequest, order_number: str) -> Response:
        """Cancel one's own order (staff: any order) while it is pending and unpaid."""
        order = selectors.order_get(user=request.user, number=order_number)
        selectors.require_change(order, user=request.user)
        services.order_cancel_by_customer(order=order, user=request.user)
        return _order_answer(request, order_number)

    @swagger_auto_schema(request_body=AttemptInput, responses={201: PaymentOutput}, manual_parameters=[IDEMPOTENCY_KEY])
    @action(detail=True, methods=["post"], url_path="payments")
    @idempotent
    def pay(self, request: SignedInRequest, order_number: str) -> Response:
        """Start another payment of one's own order (finance staff: any order). It cancels earlier attempts."""
        method = read(AttemptInput, request)["payment_method"]
        order = selectors.order_by_number(order_number)
        payment = payments.payment_open(user=request.user, order_id=order.pk, method=method)
        return respond(PaymentOutput, payment, status.HTTP_201_CREATED)


def _order_answer(request: SignedInRequest, number: str) -> Response:
    return respond(OrderOutput, selectors.order_get(user=request.user, number=number))


def _placed_answer(payment: Payment, status_code: int) -> Response:
    order: Any = payment.order
    order.payment = payment
    return respond(PlacedOrderOutput, order, status_code)
