"""The views that place orders, show them and change their status."""

from typing import Any

from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from cart.authentication import CART_TOKEN, find_cart, owner_of
from orders import selectors, services
from orders.authentication import ORDER_TOKEN, SignedInOrWithOrderToken, acting_user, buyer_of, opened_order
from orders.errors import CartEmpty
from orders.filters import OrderFilter
from orders.models import Order
from orders.serializers import (
    ClaimInput,
    ClaimOutput,
    OrderInput,
    OrderOutput,
    OrderPriceOutput,
    PlacedOrderOutput,
    QuoteInput,
    QuoteOutput,
    StatusChangeOutput,
    TransitionInput,
)
from orders.views.checkout import destination, order_request, signed_in, with_token
from payments import services as payments
from payments.models import Payment
from payments.serializers import AttemptInput, PaymentOutput
from utils.api.clients import ip_address_of
from utils.api.currencies import X_CURRENCY
from utils.api.idempotency import IDEMPOTENCY_KEY, idempotent
from utils.api.pagination import PageOrCursorPagination
from utils.api.permissions import staff_with
from utils.api.views import read, respond, rows
from utils.api.viewsets import ListViewSet


class OrderViewSet(ListViewSet):
    """List one's own orders (staff: all orders), the newest first."""

    request: SignedInRequest
    permission_classes = [SignedInOrWithOrderToken]
    permissions = {
        "list": IsAuthenticated,
        "create": AllowAny,
        "quote": AllowAny,
        "claim": IsAuthenticated,
        "transition": staff_with("orders.change_order"),
    }
    serializer_class = OrderOutput
    filterset_class = OrderFilter
    pagination_class = PageOrCursorPagination
    lookup_url_kwarg = "order_number"
    lookup_value_converter = "number"

    def visible(self):
        return selectors.order_details(selectors.orders_visible_to(self.request.user))

    def guest_secret(self, request: SignedInRequest) -> str:
        """Return what a guest's idempotency keys belong to: the order that was opened or, for a new one, the cart."""
        if self.action != "create":
            opened = opened_order(request)
            return f"order {opened.pk}" if opened else ""
        cart_token = owner_of(request)
        return f"cart {cart_token}" if cart_token else ""

    @swagger_auto_schema(
        request_body=OrderInput,
        responses={201: PlacedOrderOutput},
        manual_parameters=[IDEMPOTENCY_KEY, CART_TOKEN, X_CURRENCY],
    )
    def create(self, request: SignedInRequest) -> Response:
        """Order what is in the cart, or ``items``. The stock is reserved at once, or the order is refused.

        A guest names an e-mail address. The answer holds the ``token`` that opens this order from now on.
        """
        answer = self._place(request)
        return answer if request.user.is_authenticated else with_token(answer)

    @idempotent
    def _place(self, request: SignedInRequest) -> Response:
        fields = read(OrderInput, request)
        payment, is_new = payments.checkout(
            user=signed_in(request), method=fields["payment_method"], order=order_request(fields, request)
        )
        return _placed_answer(payment, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @swagger_auto_schema(responses={200: OrderOutput}, manual_parameters=[ORDER_TOKEN])
    def retrieve(self, request: SignedInRequest, order_number: str) -> Response:
        """Show one of one's own orders (staff: any order)."""
        return respond(OrderOutput, _order(request, order_number))

    @swagger_auto_schema(request_body=QuoteInput, responses={200: QuoteOutput}, manual_parameters=[CART_TOKEN])
    @action(detail=False, methods=["post"])
    def quote(self, request: SignedInRequest) -> Response:
        """Show what the cart would cost now, step by step, and the shipping methods with their prices.

        They are those that reach the given place. When none does, the answer is 409 with the code `not_deliverable`.
        """
        cart = find_cart(request)
        if cart is None:
            raise CartEmpty
        fields = read(QuoteInput, request)
        where, method = destination(fields, signed_in(request)), fields.get("shipping_method", "")
        quote = services.order_quote(cart=cart, buyer=buyer_of(request), method=method, address=where)
        return respond(QuoteOutput, quote)

    @swagger_auto_schema(responses={200: OrderPriceOutput}, manual_parameters=[ORDER_TOKEN])
    @action(detail=True)
    def explain(self, request: SignedInRequest, order_number: str) -> Response:
        """Show step by step how the order's total came about, as it was when the order was placed."""
        return respond(OrderPriceOutput, _order(request, order_number))

    @swagger_auto_schema(responses={200: StatusChangeOutput(many=True)}, manual_parameters=[ORDER_TOKEN])
    @action(detail=True)
    def history(self, request: SignedInRequest, order_number: str) -> Response:
        """List the order's changes of status, the oldest first."""
        return Response(rows(StatusChangeOutput, _order(request, order_number).history.all()))

    @swagger_auto_schema(request_body=ClaimInput, responses={200: ClaimOutput})
    @action(detail=False, methods=["post"])
    def claim(self, request: SignedInRequest) -> Response:
        """Take guests' orders into one's account: all that name its verified e-mail address, or one by its token.

        From then on the account opens them, and their tokens open nothing any more.
        """
        fields = read(ClaimInput, request)
        if fields:
            number, token = fields["order"], fields["token"]
            address = ip_address_of(request._request)
            claimed = [services.order_claim(user=request.user, number=number, token=token, address=address)]
        else:
            claimed = services.orders_claim(user=request.user)
        return respond(ClaimOutput, {"orders": [order.number for order in claimed]})

    @swagger_auto_schema(request_body=TransitionInput, responses={200: OrderOutput})
    @action(detail=True, methods=["post"])
    def transition(self, request: SignedInRequest, order_number: str) -> Response:
        """Move an order to a status (staff). Skipped steps are recorded; the same status again changes nothing."""
        fields = read(TransitionInput, request)
        order = selectors.order_get(user=request.user, number=order_number)
        services.order_transition(
            order_id=order.pk, to=fields["status"], actor=request.user, reason=fields.get("reason", "")
        )
        return respond(OrderOutput, _order(request, order_number))

    @swagger_auto_schema(request_body=no_body, responses={200: OrderOutput}, manual_parameters=[ORDER_TOKEN])
    @action(detail=True, methods=["post"])
    def cancel(self, request: SignedInRequest, order_number: str) -> Response:
        """Cancel one's own order (staff: any order) while it is pending and unpaid."""
        order = _order(request, order_number)
        user = acting_user(request, order)
        if user is not None:
            selectors.require_change(order, user=user)
        services.order_cancel_by_customer(order=order, user=user)
        return respond(OrderOutput, _order(request, order_number))

    @swagger_auto_schema(
        request_body=AttemptInput,
        responses={201: PaymentOutput},
        manual_parameters=[IDEMPOTENCY_KEY, ORDER_TOKEN],
    )
    @action(detail=True, methods=["post"], url_path="payments")
    @idempotent
    def pay(self, request: SignedInRequest, order_number: str) -> Response:
        """Start another payment of one's own order (finance staff: any order). It cancels earlier attempts."""
        method = read(AttemptInput, request)["payment_method"]
        order = selectors.order_by_number(order_number)
        payment = payments.payment_open(user=acting_user(request, order), order_id=order.pk, method=method)
        return respond(PaymentOutput, payment, status.HTTP_201_CREATED)


def _order(request: SignedInRequest, number: str) -> Order:
    """Return the order with this number that the caller may see, by sign-in or by its token."""
    return selectors.order_get(user=request.user, number=number, opened=opened_order(request))


def _placed_answer(payment: Payment, status_code: int) -> Response:
    order: Any = payment.order
    order.payment = payment
    return respond(PlacedOrderOutput, order, status_code)
