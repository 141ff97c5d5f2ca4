"""The views of the cart, in /api/v1/cart/: a signed-in customer's, or that of a guest who sends ``X-Cart-Token``."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from cart import selectors, services
from cart.authentication import CART_TOKEN, find_cart, owner_of
from cart.errors import CartNotFound
from cart.models import Cart
from cart.serializers import CartItemInput, CartOutput, CartTokenInput, QuantityInput
from inventory.offers import Wanted
from utils.api.views import read, respond
from utils.api.viewsets import ViewSet


def require_cart(request: Request) -> Cart:
    """Return the caller's open cart. Raise ``CartNotFound`` when there is none."""
    cart = find_cart(request)
    if cart is None:
        raise CartNotFound
    return cart


def cart_answer(cart: Cart | None) -> Response:
    """Answer with the content of ``cart``, at today's prices."""
    return respond(CartOutput, selectors.cart_content(cart))


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
        guest = selectors.guest_cart(read(CartTokenInput, request)["token"])
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
        added = services.item_put(into=owner_of(request), wanted=Wanted(**fields), quantity=quantity)
        return respond(CartOutput, added.content, status.HTTP_201_CREATED)

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
