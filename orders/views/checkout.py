"""Build an order request from the body of an HTTP request."""

from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from cart.selectors import cart_of_id
from inventory.offers import LineItem, offer_of
from orders.requests import OrderRequest
from shipping.addresses import PostalAddress
from shipping.selectors import address_get, postal_address_of


def order_request(fields: dict[str, Any], *, user: User, placed_from: str) -> OrderRequest:
    """Build the order request of ``user`` from the validated ``fields`` of an ``OrderInput``.

    Payment fields are left out. ``placed_from`` is the client's IP address. Raise ``CartNotFound`` or
    ``AddressNotFound`` when the user has no such cart or address. For an item that can't be bought, raise
    ``VariantNotFound``, ``ProductNotFound``, ``NotForSale`` or ``VariantNeeded`` (see ``inventory.offers.offer_of``).
    """
    copied = {name: fields[name] for name in _COPIED_FIELDS if name in fields}
    return OrderRequest(
        address=_address(fields, user) or PostalAddress(),
        cart_id=_cart_id(fields.get("cart"), user),
        items=_items(fields.get("items")),
        placed_from=placed_from,
        **copied,
    )


_COPIED_FIELDS = ("shipping_method", "email", "phone", "note", "expected_total")
_PLACE_FIELDS = ("country", "state", "postal_code")


def destination(fields: dict[str, Any], user: User) -> PostalAddress:
    """Return where the validated ``fields`` of a ``QuoteInput`` would have an order sent; an empty address if nowhere.

    Raise ``AddressNotFound`` when the user has no such address.
    """
    return _address(fields, user) or PostalAddress(**{name: fields[name] for name in _PLACE_FIELDS if name in fields})


def _address(fields: dict[str, Any], user: User) -> PostalAddress | None:
    if "address" in fields:
        return PostalAddress(**fields["address"])
    if "address_id" in fields:
        return postal_address_of(address_get(user=user, number=fields["address_id"]))
    return None


def _cart_id(public_id: UUID | None, user: User) -> int | None:
    return None if public_id is None else cart_of_id(user=user, public_id=public_id).pk


def _items(items: list[dict[str, Any]] | None) -> list[LineItem] | None:
    if items is None:
        return None
    currency = settings.DEFAULT_CURRENCY
    return [
        LineItem(
            offer_of(variant=item.get("variant"), product=item.get("product"), currency=currency), item["quantity"]
        )
        for item in items
    ]
