"""Open guests' orders by their tokens, and let customers claim them."""

from django.db import transaction

from accounts.errors import EmailNotVerified
from accounts.models import User
from accounts.services import account_lock
from orders.errors import OrderNotFound, OrderTokenRefused
from orders.models import Order
from orders.signals import order_claimed
from orders.tokens import number_in, opens
from utils.events import publish
from utils.limits import Limit, require_tries_left, spend

# Wrong tokens from one IP address. Beyond that, right ones are not looked at either.
WRONG_TOKENS = Limit("order-token", count=30, seconds=5 * 60, guards_secrets=True)


def order_open(*, token: str, address: str) -> Order:
    """Return the guest's order that ``token`` opens. ``address`` is the client's IP address.

    Call it outside of any transaction. Raise ``OrderTokenRefused`` for a wrong token and one that has ended, and
    ``TooManyRequests`` when too many wrong ones came from the IP address.
    """
    require_tries_left(WRONG_TOKENS, address)
    number = number_in(token)
    order = Order.objects.filter(number=number).first() if number else None
    if not opens(token, order) or order is None:
        spend(WRONG_TOKENS, address)
        raise OrderTokenRefused
    return order


def orders_claim(*, user: User) -> list[Order]:
    """Give ``user`` every guest's order that names the account's e-mail address; return these orders, the oldest first.

    Raise ``EmailNotVerified`` when the address is not verified: anybody can type in somebody else's.
    """
    with transaction.atomic():
        account_lock(user=user)
        user.refresh_from_db(fields=["email"])  # it may have changed since the request began, together with its proof
        if not user.is_email_verified or not user.email:
            raise EmailNotVerified
        orders = Order.objects.locked().filter(user=None, token_version__gt=0, email=user.email)
        return [_give(order, user) for order in orders]


def order_claim(*, user: User, number: str, token: str, address: str) -> Order:
    """Give ``user`` the guest's order with this number, which ``token`` opens, and return it.

    An order that is the user's already stays so, whatever the token. ``address`` is the client's IP address. Call it
    outside of any transaction. Raise ``OrderNotFound`` when the token does not open that order, or
    ``TooManyRequests`` when too many wrong ones came from the IP address.
    """
    if (own := Order.objects.filter(user=user, number=number).first()) is not None:
        return own
    try:
        opened = order_open(token=token, address=address)
    except OrderTokenRefused as refusal:
        raise OrderNotFound from refusal
    with transaction.atomic():
        account_lock(user=user)
        order = Order.objects.locked().get(pk=opened.pk)
        if order.number != number or not opens(token, order):
            raise OrderNotFound
        return _give(order, user)


def _give(order: Order, user: User) -> Order:
    """Make the locked order the user's and void its token: from now on the account guards it."""
    order.user, order.token_version = user, 0
    order.save(update_fields=["user", "token_version", "updated_at"])
    publish(order_claimed, order_id=order.pk, user_id=user.pk)
    return order
