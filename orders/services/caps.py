"""Limits on the stock that orders may reserve before they are paid (ADR 25).

A limit counts the unpaid orders of one customer, or of one IP address, and their pieces. The code calls the IP address
a network, because for IPv6 it stands for a whole /64 network. A guest has no account: the e-mail address that the order
names stands for the customer (ADR 35).
"""

from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from accounts.models import User
from orders.errors import TooManyUnpaid, TooManyUnpaidPieces
from utils.sql import fetch
from utils.trips import one_trip, send

# A customer without a verified e-mail address gets a fifth of the limits. An IP address gets the orders of 25 of them.
_UNPROVEN_SHARE = 5
_UNPROVEN_CUSTOMERS = 25


class Cap(NamedTuple):
    """Hold a number of unpaid orders and of the pieces that they reserve: the number found, or the most allowed."""

    orders: int
    pieces: int


def cap_of_customer(user: User | None) -> Cap:
    """Return how many unpaid orders and reserved pieces ``user``, or a guest with one e-mail address, may have.

    ``THROTTLE_RATE_SCALE`` multiplies both.
    """
    share = 1 if user is not None and user.is_email_verified else _UNPROVEN_SHARE
    return _scaled(settings.MAX_UNPAID_ORDERS / share, settings.MAX_UNPAID_PIECES / share)


def cap_of_network() -> Cap:
    """Return how many unpaid orders and reserved pieces all customers at one IP address may have together.

    Only customers without a verified e-mail address and guests count.
    """
    orders = settings.MAX_UNPAID_ORDERS / _UNPROVEN_SHARE * _UNPROVEN_CUSTOMERS
    return _scaled(orders, settings.MAX_UNPAID_PIECES)


def _scaled(orders: float, pieces: float) -> Cap:
    scale = settings.THROTTLE_RATE_SCALE
    return Cap(max(1, round(orders * scale)), max(1, round(pieces * scale)))


def network_of(user: User | None, *, address: str) -> str:
    """Return a keyed hash of ``address``, the IP address that ``user``, or a guest, orders from.

    Return ``""`` for staff and for customers with a verified e-mail address: the limit for an IP address does not apply
    to them.
    """
    if not address or (user is not None and (user.is_email_verified or user.is_staff)):
        return ""
    return salted_hmac("orders.network", address, algorithm="sha256").hexdigest()


def require_small(*, user: User | None, pieces: int) -> None:
    """Require that an order of this many pieces alone stays within its customer's limit. Staff have none.

    Raise ``TooManyUnpaidPieces`` when it does not.
    """
    cap = cap_of_customer(user)
    if pieces > cap.pieces and not (user is not None and user.is_staff):
        raise TooManyUnpaidPieces(limit=cap.pieces, way_out=_way_out(user))


def _way_out(user: User | None) -> str:
    """Say what a customer can do for a higher limit; empty when nothing is left to do."""
    if user is None:
        return "sign in with a verified e-mail address"
    return "" if user.is_email_verified else "verify your e-mail address"


def require_room(*, user: User | None, email: str, network: str) -> None:
    """Require that the unpaid orders of a customer and of an IP address, a new one among them, are within the limits.

    Without ``user``, the orders of guests with this ``email`` count. ``network`` is the hash of the IP address
    (``network_of``). It stays locked until the transaction ends, and so does a guest's e-mail address. Call it late,
    because other orders from there wait for that. Staff have no limit. The caller holds the account's lock, if there is
    one, and has written the order. Raise ``TooManyUnpaid`` when a limit is exceeded.
    """
    if user is not None and user.is_staff:
        return
    with one_trip():
        if user is None:
            _lock(f"guest {email}")
        if network:
            _lock(network)
        counted = _held(user, network) if user is not None else _held_by_guests(email, network)
    for held, most in zip(counted, (cap_of_customer(user), cap_of_network()), strict=True):
        if held.orders > most.orders or held.pieces > most.pieces:
            raise TooManyUnpaid(way_out=_way_out(user))


# The conditions are written out, so that PostgreSQL reads the partial indexes of unpaid orders and no order.
_HELD_BY = """
SELECT COUNT(*), COALESCE(SUM("reserved_pieces"), 0), 1 AS "row" FROM "orders_order"
WHERE {whose} AND "status" = 'pending' AND "payment_status" = 'unpaid'
UNION ALL
SELECT COUNT(*), COALESCE(SUM("reserved_pieces"), 0), 2 FROM "orders_order"
WHERE "network" = %s AND "network" <> '' AND "status" = 'pending' AND "payment_status" = 'unpaid'
ORDER BY "row"
"""
_HELD = _HELD_BY.format(whose='"user_id" = %s')
_HELD_BY_GUESTS = _HELD_BY.format(whose='"user_id" IS NULL AND "email" = %s')


def _held(user: User, network: str) -> tuple[Cap, Cap]:
    """Count the unpaid orders and their pieces of ``user``, and of all customers at ``network``, in one statement."""
    return _counted(_HELD, user.pk, network)


def _held_by_guests(email: str, network: str) -> tuple[Cap, Cap]:
    """Count as ``_held`` does the unpaid orders of guests with this e-mail address."""
    return _counted(_HELD_BY_GUESTS, email, network)


def _counted(statement: str, whose: object, network: str) -> tuple[Cap, Cap]:
    own, of_network = (Cap(orders, pieces) for orders, pieces, _ in fetch(statement, whose, network))
    return own, of_network


def _lock(name: str) -> None:
    """Lock an IP address or a guest's e-mail address on PostgreSQL, so that its orders are checked one at a time.

    SQLite needs no lock.
    """
    if connection.vendor == "postgresql":
        send("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
