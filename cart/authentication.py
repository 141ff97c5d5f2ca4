"""The cart that a request is about: a signed-in customer's, or that of a guest who sends ``X-Cart-Token``."""

from uuid import UUID

from drf_yasg import openapi
from rest_framework.request import Request

from accounts.models import User
from cart import selectors
from cart.models import Cart

CART_TOKEN = openapi.Parameter(
    "X-Cart-Token",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="The token of a guest's cart, which is created with its first item",
)


def owner_of(request: Request) -> User | UUID | None:
    """Return the signed-in customer, or the token of the guest's cart in ``X-Cart-Token``.

    Return ``None`` for a guest without a token. Raise ``CartNotFound`` when no cart can have the token.
    """
    if request.user.is_authenticated:
        return request.user
    token = request.headers.get("X-Cart-Token", "")
    return selectors.guest_token(token) if token else None


def find_cart(request: Request) -> Cart | None:
    """Return the caller's open cart: the customer's, or the guest's with the token in ``X-Cart-Token``.

    Return ``None`` when the customer has none or the guest sent no token. Raise ``CartNotFound`` when no cart has that
    token.
    """
    owner = owner_of(request)
    if owner is None:
        return None
    return selectors.cart_of(owner) if isinstance(owner, User) else selectors.guest_cart(owner)
