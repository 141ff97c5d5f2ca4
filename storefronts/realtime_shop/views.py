"""The views of contract 004 (the real-time shop). Each reads the request, calls the core and renders the answer."""

from django.conf import settings
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services as accounts
from accounts.authentication import SignedInRequest, client_of
from cart import selectors as carts
from cart import services as cart_services
from cart.errors import CartItemNotFound
from catalog import selectors as catalog
from inventory import products
from inventory.offers import ProductLine, line_item
from orders import selectors as orders
from orders import services as order_services
from orders.requests import OrderRequest
from payments import services as payments
from payments.states import PaymentMethod
from shipping.addresses import PostalAddress
from storefronts.joint import serializers as joint
from storefronts.joint import views as joint_views
from storefronts.joint.views import CategoryRows, ProductRows
from storefronts.realtime_shop import serializers
from utils.api.clients import ip_address_of
from utils.api.filters import refuse_unknown_parameters
from utils.api.idempotency import IDEMPOTENCY_KEY, idempotent
from utils.api.permissions import staff_with
from utils.api.views import ListView, PublicView, read, respond

# ---------------------------------------------------------------------------------------------------- authentication


class RegisterView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.RegistrationInput, responses={201: serializers.RegistrationOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Register User"""
        client = client_of(request)
        user = accounts.user_register(client=client, **read(serializers.RegistrationInput, request))
        answer = {
            "message": "User registered succesfully!",  # the contract spells it so
            "user": user,
            "tokens": accounts.session_open(user=user, client=client),
        }
        return respond(serializers.RegistrationOutput, answer, status.HTTP_201_CREATED)


class TokenViewSet(joint_views.TokenViewSet):
    """Sign in with tokens. This subclass makes Swagger UI list its paths under contract 004."""


class ProfileView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.ProfileOutput})
    def get(self, request: Request) -> Response:
        """Get Profile"""
        return respond(serializers.ProfileOutput, request.user)

    @swagger_auto_schema(request_body=serializers.ProfileFields, responses={200: serializers.ProfileOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update Profile"""
        user = accounts.profile_update(user=request.user, **read(serializers.ProfileFields, request))
        return respond(serializers.ProfileOutput, user)


# ---------------------------------------------------------------------------------------------------------- products


class LowStockView(ProductRows):
    """Low Stock Products"""

    permission_classes = [AllowAny]

    def get_queryset(self):
        return products.low_on_stock(catalog.products_on_sale())


class CategoryListView(CategoryRows):
    """List Categories"""


# ----------------------------------------------------------------------------------------------------- shopping cart


def _cart_answer(request: SignedInRequest, status_code: int = status.HTTP_200_OK) -> Response:
    content = carts.cart_content(carts.cart_of(request.user))
    return respond(serializers.CartOutput, content, status_code)


class CartView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.CartOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Get Cart"""
        return _cart_answer(request)


class CartAddItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.AddItemInput, responses={201: serializers.CartOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Add Item to Cart"""
        fields = read(serializers.AddItemInput, request)
        wanted = ProductLine(fields["product_id"], fields["quantity"], fields.get("variant"))
        cart_services.item_put(user=request.user, line=line_item(wanted, currency=settings.DEFAULT_CURRENCY))
        return _cart_answer(request, status.HTTP_201_CREATED)


class CartUpdateItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.UpdateItemInput, responses={200: serializers.CartOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update Cart Item"""
        fields = read(serializers.UpdateItemInput, request)
        cart = _open_cart(request)
        cart_services.item_set(cart=cart, item_id=fields["item_id"], quantity=fields["quantity"])
        return _cart_answer(request)


class CartRemoveItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        manual_parameters=[openapi.Parameter("item_id", openapi.IN_QUERY, type=openapi.TYPE_INTEGER, required=True)],
        responses={200: serializers.CartOutput},
    )
    def delete(self, request: SignedInRequest) -> Response:
        """Remove Item from Cart"""
        refuse_unknown_parameters(request, {"item_id"})
        named = serializers.ItemIdInput(data=request.query_params)
        named.is_valid(raise_exception=True)
        cart_services.item_remove(cart=_open_cart(request), **named.validated_data)
        return _cart_answer(request)


class CartClearView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.CartOutput})
    def delete(self, request: SignedInRequest) -> Response:
        """Clear Cart"""
        if (cart := carts.cart_of(request.user)) is not None:
            cart_services.cart_clear(cart=cart)
        return _cart_answer(request)


def _open_cart(request: SignedInRequest):
    cart = carts.cart_of(request.user)
    if cart is None:
        raise CartItemNotFound
    return cart


# ------------------------------------------------------------------------------------------------------------ orders


class OrderListView(ListView):
    """List Orders (User's orders)"""

    permission_classes = [IsAuthenticated]
    serializer_class = joint.OrderOutput

    def get_queryset(self):
        return orders.order_details(orders.orders_of(self.request.user))

    @swagger_auto_schema(
        request_body=serializers.OrderInput, responses={201: joint.OrderOutput}, manual_parameters=[IDEMPOTENCY_KEY]
    )
    @idempotent
    def post(self, request: SignedInRequest) -> Response:
        """Place Order (from cart)"""
        fields = read(serializers.OrderInput, request)
        payment, _ = payments.checkout(
            user=request.user,
            method=PaymentMethod.MANUAL,
            order=OrderRequest(
                address=PostalAddress(street=fields["shipping_address"], phone=fields["phone_number"]),
                phone=fields["phone_number"],
                placed_from=ip_address_of(request._request),
            ),
        )
        return respond(joint.OrderOutput, payment.order, status.HTTP_201_CREATED)


class OrderStatusView(APIView):
    permission_classes = [staff_with("orders.change_order")]

    @swagger_auto_schema(request_body=serializers.StatusInput, responses={200: joint.OrderOutput})
    def patch(self, request: SignedInRequest, order_id: int) -> Response:
        """Update Order Status (Admin Only)"""
        fields = read(serializers.StatusInput, request)
        order = orders.order_get_by_id(user=request.user, order_id=order_id)
        order_services.order_transition(order_id=order.pk, to=fields["status"], actor=request.user)
        return respond(joint.OrderOutput, orders.order_get_by_id(user=request.user, order_id=order_id))
