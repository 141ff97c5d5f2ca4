"""The views that place orders, track them and receive Safaricom's callbacks."""

from django.conf import settings
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from catalog import selectors as catalog
from inventory.offers import ProductLine, line_items
from orders import selectors as orders
from orders.requests import OrderRequest
from payments import services as payments
from payments.requests import PaymentRequest
from payments.states import PaymentMethod
from payments.views.gateways import CallbackView, GatewayEdge
from shipping.selectors import profile_address
from storefronts.joint.errors import fields_renamed
from storefronts.omache import serializers
from storefronts.omache.pagination import PlainPagination
from storefronts.omache.views.products import shown
from utils.api.clients import ip_address_of
from utils.api.idempotency import IDEMPOTENCY_KEY, request_key_of
from utils.api.views import ListView, read, respond

_IDS = openapi.Schema(
    type=openapi.TYPE_ARRAY, items=openapi.Schema(type=openapi.TYPE_INTEGER), example=[1, 2, 3], title="002 cart"
)


class CartView(APIView):
    permission_classes = [AllowAny]

    @swagger_auto_schema(request_body=_IDS, responses={200: serializers.ProductOutput(many=True)}, security=[])
    def post(self, request: Request) -> Response:
        """Show the products with the ids in the list; products no longer for sale are left out"""
        wanted = read(serializers.CartInput, request)["products"]
        found = dict(catalog.products_on_sale().filter(pk__in=wanted).values_list("pk", "updated_at"))
        return Response(shown([(pk, found[pk]) for pk in dict.fromkeys(wanted) if pk in found], request))


class CashoutView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        request_body=serializers.CashoutInput,
        responses={201: serializers.CashoutOutput, 503: "M-Pesa does not answer. Nothing was ordered."},
        manual_parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: SignedInRequest) -> Response:
        """Place an order and ask the phone with the number ``mpesa_number`` to pay it"""
        fields = read(serializers.CashoutInput, request)
        wanted = [ProductLine(one["product"], one["number"], one.get("variant")) for one in fields["order"]]
        with fields_renamed(phone="mpesa_number"):
            payment = payments.checkout_and_start(
                user=request.user,
                method=PaymentMethod.MPESA,
                order=OrderRequest(
                    items=line_items(wanted, currency=settings.DEFAULT_CURRENCY),
                    address=profile_address(request.user),
                    placed_from=ip_address_of(request._request),
                    email=request.user.email or "",
                    phone=fields["mpesa_number"],
                ),
                payment=PaymentRequest(phone=fields["mpesa_number"], callback_path="/safwebhook/"),
                request_key=request_key_of(request),
            )
        return respond(serializers.CashoutOutput, payment.order, status.HTTP_201_CREATED)


class TrackView(ListView):
    """Track one's orders, the newest first"""

    permission_classes = [IsAuthenticated]
    pagination_class = PlainPagination
    serializer_class = serializers.TrackOutput

    def get_queryset(self):
        return orders.order_details(orders.orders_of(self.request.user))


class WebhookView(CallbackView):
    """Receive Safaricom's callback about a payment. The secret in the URL identifies the payment."""


class BareWebhookView(GatewayEdge):
    permission_classes = [AllowAny]

    @swagger_auto_schema(
        request_body=openapi.Schema(
            type=openapi.TYPE_OBJECT,
            description="An STK callback of M-Pesa.",
            properties={"Body": openapi.Schema(type=openapi.TYPE_OBJECT)},
            example={"Body": {"stkCallback": {"CheckoutRequestID": "ws_CO_1", "ResultCode": 0}}},
        ),
        responses={200: '`{"ResultCode": 0, "ResultDesc": "Accepted"}`'},
        security=[],
    )
    def post(self, request: Request) -> Response:
        """Accept an M-Pesa callback but ignore it, because anybody can post here.

        Safaricom itself posts to ``/safwebhook/<secret>/``.
        """
        return Response({"ResultCode": 0, "ResultDesc": "Accepted"})
