"""Limits on the stock that orders may reserve before they are paid (ADR 25).

A limit counts the unpaid orders of one customer, or of one IP address, and their pieces. The code calls the IP address
a network, because for IPv6 it stands for a whole /64 network.
"""

from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from accounts.models import User
from orders.errors import TooManyUnpaid, TooManyUnpaidPieces
from utils.trips import one_trip, read, send

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


def require_small(*, user: User, pieces: int) -> None:
    """Require that an order of this many pieces alone stays within its customer's limit. Staff have none.

    Raise ``TooManyUnpaidPieces`` when it does not.
    """
    cap = cap_of_customer(user)
    if pieces > cap.pieces and not user.is_staff:
        raise TooManyUnpaidPieces(limit=cap.pieces, is_proven=user.is_email_verified)


def require_room(*, user: User, network: str) -> None:
    """Require that the unpaid orders of a customer and of an IP address, a new one among them, are within the limits.

    ``network`` is the hash of the IP address (``network_of``); it stays locked until the transaction ends. Call it
    late, because other orders from there wait for that. Staff have no limit. The caller holds the account's lock and
    has written the order. Raise ``TooManyUnpaid`` when a limit is exceeded.
    """
    if user.is_staff:
        return
    with one_trip():
        if network:
            _lock(network)
        counted = _held(user, network)
    for held, most in zip(counted, (cap_of_customer(user), cap_of_network()), strict=True):
        if held.orders > most.orders or held.pieces > most.pieces:
            raise TooManyUnpaid(is_proven=user.is_email_verified)


# The conditions are written out, so that PostgreSQL reads the partial indexes of unpaid orders and no order.
_HELD = """
SELECT COUNT(*), COALESCE(SUM("reserved_pieces"), 0), 1 AS "row" FROM "orders_order"
WHERE "user_id" = %s AND "status" = 'pending' AND "payment_status" = 'unpaid'
UNION ALL
SELECT COUNT(*), COALESCE(SUM("reserved_pieces"), 0), 2 FROM "orders_order"
WHERE "network" = %s AND "network" <> '' AND "status" = 'pending' AND "payment_status" = 'unpaid'
ORDER BY "row"
"""


def _held(user: User, network: str) -> tuple[Cap, Cap]:
    """Count the unpaid orders and their pieces of ``user``, and of all customers at ``network``, in one statement."""
    own, of_network = read(_HELD, [user.pk, network])
    return Cap(*own[:2]), Cap(*of_network[:2])


def _lock(network: str) -> None:
    """Lock the IP address on PostgreSQL, so that only one of its orders is checked at a time. SQLite needs no lock."""
    if connection.vendor == "postgresql":
        send("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [network])
