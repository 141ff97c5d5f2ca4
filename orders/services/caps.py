"""Limits on the stock that orders may reserve before they are paid (ADR 25).

A limit counts the unpaid orders of one customer, or of one IP address, and their pieces. The code calls the IP address
a network, because for IPv6 it stands for a whole /64 network.
"""

from collections import Counter
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, Sum
from django.utils.crypto import salted_hmac

from accounts.models import User
from orders.errors import TooManyUnpaid, TooManyUnpaidPieces
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus

# A customer without a verified e-mail address gets a fifth of the limits. An IP address gets the orders of 25 of them.
_UNPROVEN_SHARE = 5
_UNPROVEN_CUSTOMERS = 25


class Cap(NamedTuple):
    """Hold a number of unpaid orders and of the pieces that they reserve: the number found, or the most allowed."""

    orders: int
    pieces: int


def cap_of_customer(user: User) -> Cap:
    """Return how many unpaid orders and reserved pieces ``user`` may have. ``THROTTLE_RATE_SCALE`` multiplies both."""
    share = 1 if user.is_email_verified else _UNPROVEN_SHARE
    return _scaled(settings.MAX_UNPAID_ORDERS / share, settings.MAX_UNPAID_PIECES / share)


def cap_of_network() -> Cap:
    """Return how many unpaid orders and reserved pieces all customers at one IP address may have together.

    Only customers without a verified e-mail address count.
    """
    orders = settings.MAX_UNPAID_ORDERS / _UNPROVEN_SHARE * _UNPROVEN_CUSTOMERS
    return _scaled(orders, settings.MAX_UNPAID_PIECES)


def _scaled(orders: float, pieces: float) -> Cap:
    scale = settings.THROTTLE_RATE_SCALE
    return Cap(max(1, round(orders * scale)), max(1, round(pieces * scale)))


def network_of(user: User, *, address: str) -> str:
    """Return a keyed hash of ``address``, the IP address that ``user`` orders from.

    Return ``""`` for staff and for customers with a verified e-mail address: the limit for an IP address does not apply
    to them.
    """
    if not address or user.is_email_verified or user.is_staff:
        return ""
    return salted_hmac("orders.network", address, algorithm="sha256").hexdigest()


def require_room(*, user: User, network: str, pieces: Counter[int]) -> None:
    """Require that a new order stays within the limits of its customer and of its IP address.

    ``pieces`` counts the order's pieces by variant. ``network`` is the hash of the IP address (``network_of``). Staff
    have no limit. The caller holds the account's lock. Raise ``TooManyUnpaidPieces`` when the order alone exceeds the
    customer's limit, and ``TooManyUnpaid`` when it exceeds a limit together with earlier orders.
    """
    if user.is_staff:
        return
    wanted, cap = pieces.total(), cap_of_customer(user)
    if wanted > cap.pieces:
        raise TooManyUnpaidPieces(limit=cap.pieces, is_proven=user.is_email_verified)
    if network:
        _lock(network)
    for held, most in zip(_held(user, network), (cap, cap_of_network()), strict=True):
        if held.orders >= most.orders or held.pieces + wanted > most.pieces:
            raise TooManyUnpaid(is_proven=user.is_email_verified)


def _held(user: User, network: str) -> tuple[Cap, Cap]:
    """Count the unpaid orders, and their pieces, of ``user`` and of all customers at ``network``, in one query."""
    own, of_network = Q(user=user), Q(network=network) if network else Q(pk=None)
    counted = Q(lines__variant__track_inventory=True)
    held = Order.objects.filter(
        own | of_network, status=OrderStatus.PENDING, payment_status=PaymentStatus.UNPAID
    ).aggregate(
        orders=Count("pk", filter=own, distinct=True),
        pieces=Sum("lines__quantity", filter=own & counted, default=0),
        network_orders=Count("pk", filter=of_network, distinct=True),
        network_pieces=Sum("lines__quantity", filter=of_network & counted, default=0),
    )
    return Cap(held["orders"], held["pieces"]), Cap(held["network_orders"], held["network_pieces"])


def _lock(network: str) -> None:
    """Lock the IP address on PostgreSQL, so that only one of its orders is checked at a time. SQLite needs no lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [network])
