"""The guest's order that a request opens by its token, in ``X-Order-Token``."""

from typing import Any

from drf_yasg import openapi
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import User
from orders.errors import OrderNotFound, OrderTokenRefused
from orders.models import Order
from orders.services import Purchaser, order_open
from utils.api.clients import ip_address_of
from utils.limits import TooManyRequests

ORDER_TOKEN = openapi.Parameter(
    "X-Order-Token",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="A guest's order is opened by its token, which the answer to the order holds, instead of a sign-in",
)


class SignedInOrWithOrderToken(BasePermission):
    """Allow signed-in callers, and guests who send the token of an order. The views decide which order it opens."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the caller may go on.

        Raise ``OrderTokenRefused`` for a guest's wrong token, or ``TooManyRequests`` after too many of them.
        """
        return opened_order(request) is not None or request.user.is_authenticated


def opened_order(request: Request) -> Order | None:
    """Return the guest's order whose token the request carries, or ``None`` without a token.

    A wrong token of a signed-in caller counts as none. For a guest, raise ``OrderTokenRefused``, or ``TooManyRequests``
    after too many wrong ones. The token is looked at once for each request.
    """
    if not hasattr(request, "opened_order"):
        request.opened_order = _open(request)  # type: ignore[attr-defined]
    return request.opened_order  # type: ignore[attr-defined]


def _open(request: Request) -> Order | None:
    token = request.headers.get("X-Order-Token", "")
    if not token:
        return None
    try:
        return order_open(token=token, address=ip_address_of(request._request))
    except (OrderTokenRefused, TooManyRequests):
        if request.user.is_authenticated:
            return None
        raise


def buyer_of(request: Request) -> Purchaser:
    """Return the caller as somebody who buys, with the e-mail address of the account."""
    if isinstance(request.user, User):
        return Purchaser(user=request.user, email=request.user.email or "")
    return Purchaser(user=None)


def acting_user(request: Request, order: Order) -> User | None:
    """Return who acts on ``order``: the signed-in user, or ``None`` for whoever has sent the order's token.

    The token counts before the sign-in, so a stranger's sign-in is not written to a guest's order. Raise
    ``OrderNotFound`` for a guest with the token of another order.
    """
    opened = opened_order(request)
    if opened is not None and opened.pk == order.pk:
        return None
    if not isinstance(request.user, User):
        raise OrderNotFound
    return request.user
