"""The views of the cart, in /api/v1/cart/: a signed-in customer's, or that of a guest who sends ``X-Cart-Token``."""

from django.conf import settings
from django.db import transaction
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from cart import selectors, services
from cart.errors import CartNotFound
from cart.models import Cart
from cart.serializers import CartItemInput, CartOutput, CartTokenInput, QuantityInput
from inventory.offers import offer_of
from utils.api.views import read, respond
from utils.api.viewsets import ViewSet

CART_TOKEN = openapi.Parameter(
    "X-Cart-Token",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="The token of a guest's cart, which is created with its first item",
)


def find_cart(request: Request) -> Cart | None:
    """Return the open cart of the signed-in customer, or the guest's cart with the token in ``X-Cart-Token``.

    Return ``None`` when the customer has none or the guest sent no token. Raise ``CartNotFound`` when no cart has that
    token.
    """
    if request.user.is_authenticated:
        return selectors.cart_of(request.user)
    token = request.headers.get("X-Cart-Token", "")
    return selectors.guest_cart(token) if token else None


def require_cart(request: Request) -> Cart:
    """Return the caller's open cart. Raise ``CartNotFound`` when there is none."""
    cart = find_cart(request)
    if cart is None:
        raise CartNotFound
    return cart


def cart_answer(cart: Cart | None, status_code: int = status.HTTP_200_OK) -> Response:
    """Answer with the content of ``cart``, at today's prices."""
    return respond(CartOutput, selectors.cart_content(cart), status_code)


class CartViewSet(ViewSet):
    """Serve the caller's cart."""

    permissions = {"retrieve": AllowAny, "destroy": AllowAny, "merge": IsAuthenticated}

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], responses={200: CartOutput})
    def retrieve(self, request: Request) -> Response:
        """Show what is in the cart, at today's prices."""
        return cart_answer(find_cart(request))

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], responses={204: "Emptied."})
    def destroy(self, request: Request) -> Response:
        """Take everything out of the cart."""
        if (cart := find_cart(request)) is not None:
            services.cart_clear(cart=cart)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @swagger_auto_schema(request_body=CartTokenInput, responses={200: CartOutput})
    @action(detail=True, methods=["post"])
    def merge(self, request: SignedInRequest) -> Response:
        """Move the items of a guest's cart into one's own. Carts are never merged without this request."""
        guest = selectors.guest_cart(str(read(CartTokenInput, request)["token"]))
        return cart_answer(services.cart_merge(guest_cart=guest, user=request.user))


class CartItemViewSet(ViewSet):
    """Serve the items of the caller's cart."""

    permission_classes = [AllowAny]
    lookup_url_kwarg = "variant_id"
    lookup_value_converter = "id"

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], request_body=CartItemInput, responses={201: CartOutput})
    def create(self, request: Request) -> Response:
        """Put pieces of a variant into the cart. They are added to those that the cart already holds."""
        fields = read(CartItemInput, request)
        quantity = fields.pop("quantity")
        offer = offer_of(**fields, currency=settings.DEFAULT_CURRENCY)
        with transaction.atomic():  # a refused first item leaves no empty cart behind
            if request.user.is_authenticated:
                cart = services.cart_open(user=request.user)
            else:
                cart = find_cart(request) or services.cart_open_guest()
            services.item_add(cart=cart, offer=offer, quantity=quantity)
        return cart_answer(cart, status.HTTP_201_CREATED)

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], request_body=QuantityInput, responses={200: CartOutput})
    def partial_update(self, request: Request, variant_id: int) -> Response:
        """Set how many pieces of an item the cart holds."""
        cart = require_cart(request)
        fields = read(QuantityInput, request)
        services.item_set(cart=cart, item_id=selectors.item_of_variant(cart, variant_id=variant_id).pk, **fields)
        return cart_answer(cart)

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], responses={200: CartOutput})
    def destroy(self, request: Request, variant_id: int) -> Response:
        """Take an item out of the cart."""
        cart = require_cart(request)
        services.item_remove(cart=cart, item_id=selectors.item_of_variant(cart, variant_id=variant_id).pk)
        return cart_answer(cart)
