"""Export and erase the personal data in carts: the items of a person's open cart."""

from typing import Any

from django.db.models import F

from accounts.models import User
from accounts.privacy import declare
from cart.models import CartItem, CartStatus
from cart.services import carts_discard


def export(user: User) -> list[Any]:
    """Return the items of the person's open cart."""
    items = CartItem.objects.filter(cart__user=user, cart__status=CartStatus.OPEN)
    return list(items.values("quantity", "added_at", product=F("variant__product__name")))


def erase(user: User) -> None:
    """Delete the person's open carts."""
    carts_discard(user=user)


declare("cart", export=export, erase=erase)
