"""The views of the cart, in /api/v1/cart/: a signed-in customer's, or that of a guest who sends ``X-Cart-Token``."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from accounts.models import User
from cart import selectors, services
from cart.authentication import CART_TOKEN, find_cart, owner_of
from cart.errors import CartNotFound
from cart.models import Cart
from cart.serializers import (
    CartInput,
    CartItemInput,
    CartOutput,
    CartPriceQuery,
    CartTokenInput,
    PromotionCodeInput,
    QuantityInput,
)
from inventory.offers import Wanted
from orders.authentication import buyer_of
from orders.serializers import CartPriceOutput
from orders.services import cart_quote, code_enter
from shipping.addresses import PostalAddress
from utils.api.clients import ip_address_of
from utils.api.currencies import X_CURRENCY, currency_of
from utils.api.filters import refuse_unknown_parameters
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


def open_cart(request: Request, *, currency: str) -> Cart:
    """Return the caller's open cart; a new one has prices in ``currency``."""
    owner = owner_of(request)
    if isinstance(owner, User):
        return services.cart_open(user=owner, currency=currency)
    return services.cart_open_guest(currency=currency) if owner is None else selectors.guest_cart(owner)


def price_answer(
    cart: Cart,
    request: Request,
    *,
    shipping_method: str = "",
    country: str = "",
    state: str = "",
    postal_code: str = "",
    status_code: int = status.HTTP_200_OK,
) -> Response:
    """Answer with what ``cart`` would cost, sent to an address in ``country``; without one, the shop's own counts."""
    address = PostalAddress(state=state, postal_code=postal_code, country=country)
    quote = cart_quote(cart=cart, buyer=buyer_of(request), method=shipping_method, address=address)
    return respond(CartPriceOutput, quote, status_code)


class CartViewSet(ViewSet):
    """Serve the caller's cart."""

    permission_classes = [AllowAny]
    permissions = {"merge": IsAuthenticated}

    @swagger_auto_schema(manual_parameters=[CART_TOKEN, X_CURRENCY], responses={200: CartOutput})
    def retrieve(self, request: Request) -> Response:
        """Show what is in the cart, at today's prices."""
        content = selectors.cart_content(find_cart(request), currency=currency_of(request))
        return respond(CartOutput, content)

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], request_body=CartInput, responses={200: CartOutput})
    def partial_update(self, request: Request) -> Response:
        """Change the currency of the cart's prices. A caller without a cart gets one."""
        currency = read(CartInput, request)["currency"]
        cart = services.cart_set_currency(cart=open_cart(request, currency=currency), currency=currency)
        return cart_answer(cart)

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], responses={204: "Emptied."})
    def destroy(self, request: Request) -> Response:
        """Take everything out of the cart."""
        if (cart := find_cart(request)) is not None:
            services.cart_clear(cart=cart)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @swagger_auto_schema(
        manual_parameters=[CART_TOKEN], query_serializer=CartPriceQuery, responses={200: CartPriceOutput}
    )
    @action(detail=True)
    def explain(self, request: Request) -> Response:
        """Show step by step what an order of the cart would cost now, with promotions, shipping and tax.

        Items that can't be bought any more are left out.
        """
        refuse_unknown_parameters(request, set(CartPriceQuery().fields))
        asked = CartPriceQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return price_answer(require_cart(request), request, **asked.validated_data)

    @swagger_auto_schema(request_body=CartTokenInput, responses={200: CartOutput})
    @action(detail=True, methods=["post"])
    def merge(self, request: SignedInRequest) -> Response:
        """Move the items of a guest's cart into one's own. Carts are never merged without this request."""
        guest = selectors.guest_cart(read(CartTokenInput, request)["token"])
        return cart_answer(services.cart_merge(guest_cart=guest, user=request.user))


class CartCodeViewSet(ViewSet):
    """Serve the promotion codes that are entered in the caller's cart."""

    permission_classes = [AllowAny]
    lookup_url_kwarg = "code"
    lookup_value_converter = "promotion_code"

    @swagger_auto_schema(
        manual_parameters=[CART_TOKEN], request_body=PromotionCodeInput, responses={201: CartPriceOutput}
    )
    def create(self, request: Request) -> Response:
        """Enter a promotion code. A code that no cart can use now is refused, and the answer says why."""
        code, cart = read(PromotionCodeInput, request)["code"], require_cart(request)
        cart = code_enter(cart=cart, code=code, buyer=buyer_of(request), entered_from=ip_address_of(request._request))
        return price_answer(cart, request, status_code=status.HTTP_201_CREATED)

    @swagger_auto_schema(manual_parameters=[CART_TOKEN], responses={200: CartPriceOutput})
    def destroy(self, request: Request, code: str) -> Response:
        """Take a promotion code out of the cart."""
        return price_answer(services.code_remove(cart=require_cart(request), code=code.upper()), request)


class CartItemViewSet(ViewSet):
    """Serve the items of the caller's cart."""

    permission_classes = [AllowAny]
    lookup_url_kwarg = "variant_id"
    lookup_value_converter = "id"

    @swagger_auto_schema(
        manual_parameters=[CART_TOKEN, X_CURRENCY], request_body=CartItemInput, responses={201: CartOutput}
    )
    def create(self, request: Request) -> Response:
        """Put pieces of a variant into the cart. They are added to those that the cart already holds.

        A new cart has prices in the currency that is asked for; a cart that is there keeps its own.
        """
        fields = read(CartItemInput, request)
        quantity = fields.pop("quantity")
        added = services.item_put(
            into=owner_of(request), wanted=Wanted(**fields), quantity=quantity, currency=currency_of(request)
        )
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
