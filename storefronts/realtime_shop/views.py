"""The requests of document 004: parse, one call, render."""

from typing import Any

from django.conf import settings
from django.db import transaction
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
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
from catalog import services as catalog_services
from catalog.errors import CategoryNotFound
from catalog.filters import ProductFilter
from inventory import products
from inventory.product_pages import ProductRowsView, product_rows, product_version
from inventory.selectors import offer_of_product
from orders import selectors as orders
from orders import services as order_services
from payments import services as payments
from payments.states import PaymentMethod
from storefronts.realtime_shop import serializers as words
from utils.api.filters import refuse_unknown_parameters
from utils.api.idempotency import idempotent
from utils.api.permissions import by_method, staff_with
from utils.api.views import ListView, read, respond

# ---------------------------------------------------------------------------------------------------- authentication


class RegisterView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=words.RegistrationInput, responses={201: words.RegistrationOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Register User"""
        user = accounts.user_register(client=client_of(request), **read(words.RegistrationInput, request))
        answer = {
            "message": "User registered succesfully!",  # spelt as the document spells it
            "user": user,
            "tokens": accounts.session_open(user=user),
        }
        return respond(words.RegistrationOutput, answer, status.HTTP_201_CREATED)


class LoginView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=words.LoginInput, responses={200: words.TokensOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Login"""
        _, tokens = accounts.sign_in(client=client_of(request), **read(words.LoginInput, request))
        return respond(words.TokensOutput, tokens)


class TokenRefreshView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=words.RefreshInput, responses={200: words.TokensOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Refresh Token"""
        return respond(words.TokensOutput, accounts.session_rotate(**read(words.RefreshInput, request)))


class ProfileView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.ProfileOutput})
    def get(self, request: Request) -> Response:
        """Get Profile"""
        return respond(words.ProfileOutput, request.user)

    @swagger_auto_schema(request_body=words.ProfileFields, responses={200: words.ProfileOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update Profile"""
        user = accounts.profile_update(user=request.user, **read(words.ProfileFields, request))
        return respond(words.ProfileOutput, user)


# ---------------------------------------------------------------------------------------------------------- products


class _ProductRows(ProductRowsView):
    serializer_class = words.ProductOutput
    card = words.ProductCard
    load = catalog.product_rows_with_pictures


class ProductListView(_ProductRows):
    """List Products (with filtering & pagination)"""

    permission_classes = [by_method(GET=AllowAny, POST=staff_with("catalog.add_product"))]
    filterset_class = ProductFilter

    def get_queryset(self):
        return catalog.products_on_sale().order_by("id")

    @swagger_auto_schema(request_body=words.ProductInput, responses={201: words.ProductOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Create Product (Admin Only)"""
        fields = _with_category(read(words.ProductInput, request))
        product = products.product_create(actor=request.user, **fields)
        return _product_answer(request, product.pk, status.HTTP_201_CREATED)


class LowStockView(_ProductRows):
    """Low Stock Products"""

    permission_classes = [AllowAny]

    def get_queryset(self):
        return products.low_on_stock(catalog.products_on_sale())


_ChangesProducts = staff_with("catalog.change_product")


class ProductView(APIView):
    permission_classes = [by_method(GET=AllowAny, PUT=_ChangesProducts, DELETE=_ChangesProducts)]

    @swagger_auto_schema(responses={200: words.ProductOutput}, security=[])
    def get(self, request: Request, product_id: int) -> Response:
        """Get Product Details"""
        return _product_answer(request, product_id)

    @swagger_auto_schema(request_body=words.ProductInput, responses={200: words.ProductOutput})
    def put(self, request: SignedInRequest, product_id: int) -> Response:
        """Update Product (Admin Only); a part of the fields is enough"""
        product = catalog.product_get(catalog.products_editable_by(request.user), key=product_id)
        fields = _with_category(read(words.ProductInput, request, partial=True))
        products.product_update(product=product, actor=request.user, **fields)
        return _product_answer(request, product_id)

    @swagger_auto_schema(responses={204: "Taken off sale."})
    def delete(self, request: SignedInRequest, product_id: int) -> Response:
        """Delete Product (Admin Only)"""
        product = catalog.product_get(catalog.products_editable_by(request.user), key=product_id)
        catalog_services.product_archive(product=product)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _with_category(fields: dict[str, Any]) -> dict[str, Any]:
    if fields.get("category") is not None:
        try:
            fields["category"] = catalog.category_get(fields["category"])
        except CategoryNotFound as error:
            raise ValidationError({"category": [error.detail]}, code=error.code) from error
    return fields


def _product_answer(request: Request, product_id: int, status_code: int = status.HTTP_200_OK) -> Response:
    version = product_version(catalog.products_visible_to(request.user), key=product_id)
    (shown,) = product_rows(words.ProductCard, [version], load=catalog.product_rows_with_pictures)
    return Response(shown, status=status_code)


class CategoryListView(ListView):
    """List Categories"""

    permission_classes = [by_method(GET=AllowAny, POST=staff_with("catalog.add_category"))]
    serializer_class = words.CategoryOutput

    def get_queryset(self):
        return catalog.categories()

    @swagger_auto_schema(request_body=words.CategoryInput, responses={201: words.CategoryOutput})
    def post(self, request: Request) -> Response:
        """Create Category (Admin Only)"""
        category = catalog_services.category_create(**read(words.CategoryInput, request))
        return respond(words.CategoryOutput, category, status.HTTP_201_CREATED)


# ----------------------------------------------------------------------------------------------------- shopping cart


def _cart_answer(request: SignedInRequest, status_code: int = status.HTTP_200_OK) -> Response:
    content = carts.cart_content(carts.cart_of(request.user))
    return respond(words.CartOutput, content, status_code)


class CartView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.CartOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Get Cart"""
        return _cart_answer(request)


class CartAddItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=words.AddItemInput, responses={201: words.CartOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Add Item to Cart"""
        fields = read(words.AddItemInput, request)
        offer = offer_of_product(fields["product_id"], currency=settings.DEFAULT_CURRENCY)
        with transaction.atomic():  # a refused first item leaves no empty cart behind
            cart = cart_services.cart_open(user=request.user)
            cart_services.item_add(cart=cart, offer=offer, quantity=fields["quantity"])
        return _cart_answer(request, status.HTTP_201_CREATED)


class CartUpdateItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=words.UpdateItemInput, responses={200: words.CartOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update Cart Item"""
        fields = read(words.UpdateItemInput, request)
        cart = _open_cart(request)
        cart_services.item_set(cart=cart, item_id=fields["item_id"], quantity=fields["quantity"])
        return _cart_answer(request)


class CartRemoveItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        manual_parameters=[openapi.Parameter("item_id", openapi.IN_QUERY, type=openapi.TYPE_INTEGER, required=True)],
        responses={200: words.CartOutput},
    )
    def delete(self, request: SignedInRequest) -> Response:
        """Remove Item from Cart"""
        refuse_unknown_parameters(request, {"item_id"})
        named = words.ItemIdInput(data=request.query_params)
        named.is_valid(raise_exception=True)
        cart_services.item_remove(cart=_open_cart(request), **named.validated_data)
        return _cart_answer(request)


class CartClearView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.CartOutput})
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
    serializer_class = words.OrderOutput

    def get_queryset(self):
        return orders.order_details(orders.orders_of(self.request.user))

    @swagger_auto_schema(request_body=words.OrderInput, responses={201: words.OrderOutput})
    @idempotent
    def post(self, request: SignedInRequest) -> Response:
        """Place Order (from cart)"""
        fields = read(words.OrderInput, request)
        payment, _ = payments.checkout(
            user=request.user,
            method=PaymentMethod.MANUAL,
            address={"street": fields["shipping_address"], "phone": fields["phone_number"]},
            phone=fields["phone_number"],
        )
        return respond(words.OrderOutput, payment.order, status.HTTP_201_CREATED)


class OrderView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.OrderOutput})
    def get(self, request: SignedInRequest, order_id: int) -> Response:
        """Get Order Details"""
        return respond(words.OrderOutput, orders.order_get(user=request.user, order_id=order_id))


class OrderStatusView(APIView):
    permission_classes = [staff_with("orders.change_order")]

    @swagger_auto_schema(request_body=words.StatusInput, responses={200: words.OrderOutput})
    def patch(self, request: SignedInRequest, order_id: int) -> Response:
        """Update Order Status (Admin Only)"""
        fields = read(words.StatusInput, request)
        order = orders.order_get(user=request.user, order_id=order_id)
        order_services.order_transition(order_id=order.pk, to=fields["status"], actor=request.user)
        return respond(words.OrderOutput, orders.order_get(user=request.user, order_id=order_id))
