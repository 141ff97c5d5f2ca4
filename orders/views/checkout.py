"""Build an order request from the body of an HTTP request."""

from typing import Any
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from cart.authentication import owner_of
from cart.selectors import cart_of_id, guest_cart_of_any_status
from inventory.offers import LineItem, offer_of
from orders.requests import OrderRequest
from orders.selectors import guest_order
from orders.tokens import order_token
from shipping.addresses import PostalAddress
from shipping.selectors import address_get, postal_address_of
from utils.api.clients import ip_address_of
from utils.api.currencies import currency_of


def order_request(fields: dict[str, Any], request: Request) -> OrderRequest:
    """Build the order request of the caller from the validated ``fields`` of an ``OrderInput``.

    Payment fields are left out. A guest's cart is the one whose token ``request`` carries, unless there are items.
    Raise ``CartNotFound`` or ``AddressNotFound`` when the caller has no such cart or address. For an item that can't be
    bought, raise ``VariantNotFound``, ``ProductNotFound``, ``NotForSale`` or ``VariantNeeded`` (see
    ``inventory.offers.offer_of``).
    """
    copied = {name: fields[name] for name in _COPIED_FIELDS if name in fields}
    user = signed_in(request)
    cart_id = _cart_id(fields.get("cart"), user) if user else _guest_cart_id(request, fields)
    return OrderRequest(
        address=_address(fields, user) or PostalAddress(),
        cart_id=cart_id,
        items=_items(fields.get("items"), currency_of(request)),
        placed_from=ip_address_of(request._request),
        **copied,
    )


def signed_in(request: Request) -> User | None:
    """Return the signed-in user, or ``None`` for a guest."""
    return request.user if isinstance(request.user, User) else None


_COPIED_FIELDS = ("shipping_method", "email", "phone", "note", "expected_total")
_PLACE_FIELDS = ("country", "state", "postal_code")


def destination(fields: dict[str, Any], user: User | None) -> PostalAddress:
    """Return where the validated ``fields`` of a ``QuoteInput`` would have an order sent; an empty address if nowhere.

    Raise ``AddressNotFound`` when the user has no such address.
    """
    return _address(fields, user) or PostalAddress(**{name: fields[name] for name in _PLACE_FIELDS if name in fields})


def _address(fields: dict[str, Any], user: User | None) -> PostalAddress | None:
    if "address" in fields:
        return PostalAddress(**fields["address"])
    if "address_id" in fields and user is not None:
        return postal_address_of(address_get(user=user, number=fields["address_id"]))
    return None


def _cart_id(public_id: UUID | None, user: User) -> int | None:
    return None if public_id is None else cart_of_id(user=user, public_id=public_id).pk


def _guest_cart_id(request: Request, fields: dict[str, Any]) -> int | None:
    token = owner_of(request)
    if "items" in fields or not isinstance(token, UUID):
        return None
    return guest_cart_of_any_status(token).pk


def _items(items: list[dict[str, Any]] | None, currency: str) -> list[LineItem] | None:
    if items is None:
        return None
    return [
        LineItem(
            offer_of(variant=item.get("variant"), product=item.get("product"), currency=currency), item["quantity"]
        )
        for item in items
    ]


def with_token(answer: Response) -> Response:
    """Add the token of a guest's order to the answer that told of it first. It is never stored, not even for a replay.

    Raise ``OrderNotFound`` when the order was claimed since: then the kept answer is shown to nobody.
    """
    order = guest_order(answer.data["number"])
    if answer.status_code == status.HTTP_201_CREATED:
        answer.data["token"] = order_token(order)
    return answer
