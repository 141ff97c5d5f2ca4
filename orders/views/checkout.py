"""Read what a new order is to hold, from its body."""

from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from cart.selectors import cart_of_id
from catalog.models import Variant
from inventory.offers import offer_of_product, offer_of_variant
from shipping.selectors import address_get
from shipping.serializers import ADDRESS_FIELDS


def offers(items: list[dict[str, Any]] | None) -> list[tuple[Variant, int]] | None:
    """Find what each item names, as it is offered now; ``None`` for an order from the cart."""
    if items is None:
        return None
    currency = settings.DEFAULT_CURRENCY
    return [
        (
            offer_of_variant(item["variant"], currency=currency)
            if "variant" in item
            else offer_of_product(item["product"], currency=currency),
            item["quantity"],
        )
        for item in items
    ]


def postal_address(fields: dict[str, Any], user: User) -> dict[str, str]:
    """Take the address, or the one that ``address_id`` names, out of ``fields``."""
    if "address" in fields:
        return fields.pop("address")
    address = address_get(user=user, number=fields.pop("address_id"))
    return {name: getattr(address, name) for name in ADDRESS_FIELDS}


def cart_id(public_id: UUID | None, user: User) -> int | None:
    """Find the cart of ``user`` with this id. Raises ``CartNotFound``."""
    return None if public_id is None else cart_of_id(user=user, public_id=public_id).pk
