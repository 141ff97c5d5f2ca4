"""Orders in /api/v1/orders/. Placing one opens a payment too: see ``payments.views``."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from cart.selectors import cart_of
from orders import selectors, services
from orders.errors import CartEmpty
from orders.models import Order
from orders.serializers import OrderOutput, QuoteInput, QuoteOutput, StatusChangeOutput, TransitionInput
from utils.api.permissions import staff_with
from utils.api.views import read, respond, rows


def order_answer(request: SignedInRequest, number: str) -> Response:
    order = selectors.order_get(user=request.user, number=number)
    return respond(OrderOutput, order)


class OrderView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: OrderOutput})
    def get(self, request: SignedInRequest, order_number: str) -> Response:
        """One of one's own orders (staff: any)."""
        return order_answer(request, order_number)


class OrderHistoryView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: StatusChangeOutput(many=True)})
    def get(self, request: SignedInRequest, order_number: str) -> Response:
        """Every step the order took, the first one first."""
        order: Order = selectors.order_get(user=request.user, number=order_number)
        return Response(rows(StatusChangeOutput, order.history.all()))


class OrderTransitionView(APIView):
    permission_classes = [staff_with("orders.change_order")]

    @swagger_auto_schema(request_body=TransitionInput, responses={200: OrderOutput})
    def post(self, request: SignedInRequest, order_number: str) -> Response:
        """Move an order on (staff). Skipped steps are recorded; the same status again changes nothing."""
        fields = read(TransitionInput, request)
        order = selectors.order_get(user=request.user, number=order_number)
        services.order_transition(
            order_id=order.pk, to=fields["status"], actor=request.user, reason=fields.get("reason", "")
        )
        return order_answer(request, order_number)


class OrderCancelView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=None, responses={200: OrderOutput})
    def post(self, request: SignedInRequest, order_number: str) -> Response:
        """Cancel one's order (staff: any) while it is pending and unpaid."""
        order = selectors.order_get(user=request.user, number=order_number)
        selectors.require_change(order, user=request.user)
        services.order_cancel_by_customer(order=order, user=request.user)
        return order_answer(request, order_number)


class OrderQuoteView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=QuoteInput, responses={200: QuoteOutput})
    def post(self, request: SignedInRequest) -> Response:
        """What the cart would cost now, step by step, and the ways to send it."""
        cart = cart_of(request.user)
        if cart is None:
            raise CartEmpty
        quote = services.order_quote(cart=cart, **read(QuoteInput, request))
        answer = {"totals": quote.totals, "shipping_methods": quote.ways}
        return respond(QuoteOutput, answer)
