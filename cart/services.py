"""Writes: carts and their items.

Putting something into a cart does not reserve it. It is refused when there is clearly too little, which is advice to
the customer; placing the order decides.
"""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import account_hold
from cart.errors import CartFull, CartItemNotFound, CartNotFound, QuantityOutOfRange
from cart.models import MAX_ITEMS, MAX_QUANTITY, Cart, CartItem, CartStatus
from catalog.errors import NotForSale
from catalog.models import Variant
from inventory.errors import OutOfStock, Shortage
from inventory.selectors import offer_of_variant


def cart_open(*, user: User) -> Cart:
    """The open cart of ``user``, made when there is none; of several requests at once, one makes it."""
    found = Cart.objects.filter(user=user, status=CartStatus.OPEN).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            account_hold(user=user)
            return Cart.objects.create(user=user, currency=settings.DEFAULT_CURRENCY)
    except IntegrityError:
        return Cart.objects.get(user=user, status=CartStatus.OPEN)


def carts_discard(*, user: User) -> None:
    """Delete the user's open carts; one that is being ordered is waited for, and belongs to its order then."""
    with transaction.atomic():
        for cart in Cart.objects.filter(user=user, status=CartStatus.OPEN).order_by("pk").select_for_update():
            cart.delete()


def cart_open_guest() -> Cart:
    return Cart.objects.create(currency=settings.DEFAULT_CURRENCY)


def cart_hold(*, user: User, cart_id: int) -> None:
    """Lock one of the user's carts until the transaction ends: waits for a request that is ordering it just now."""
    Cart.objects.select_for_update().filter(user=user, pk=cart_id).first()


def item_add(*, cart: Cart, offer: Variant, quantity: int) -> CartItem:
    """Add pieces to what the cart already holds of a variant.

    ``offer`` comes from ``inventory.selectors.offer_of_variant`` or ``offer_of_product``. Raises ``NotForSale``,
    ``OutOfStock``, ``QuantityOutOfRange`` or ``CartFull``.
    """
    with transaction.atomic():
        _lock_open(cart)
        held = {item.variant_id: item for item in CartItem.objects.filter(cart=cart)}
        item = held.get(offer.pk)
        total = quantity + (item.quantity if item else 0)
        _require_buyable(cart, offer, total)
        if item is None:
            if len(held) >= MAX_ITEMS:
                raise CartFull(f"A cart holds {MAX_ITEMS} different items at most.")
            return CartItem.objects.create(cart=cart, variant=offer, quantity=total)
        CartItem.objects.filter(pk=item.pk).update(quantity=F("quantity") + quantity)
        item.quantity = total
        return item


def item_set(*, cart: Cart, item_id: int, quantity: int) -> CartItem:
    """Make the item hold exactly ``quantity`` pieces. Raises ``CartItemNotFound`` or what ``item_add`` raises."""
    with transaction.atomic():
        _lock_open(cart)
        item = CartItem.objects.filter(cart=cart, pk=item_id).first()
        if item is None:
            raise CartItemNotFound
        _require_buyable(cart, offer_of_variant(item.variant_id, currency=cart.currency), quantity)
        item.quantity = quantity
        item.save(update_fields=["quantity"])
        return item


def item_remove(*, cart: Cart, item_id: int) -> None:
    """Raises ``CartItemNotFound``."""
    with transaction.atomic():
        _lock_open(cart)
        removed, _ = CartItem.objects.filter(cart=cart, pk=item_id).delete()
        if not removed:
            raise CartItemNotFound


def cart_clear(*, cart: Cart) -> None:
    with transaction.atomic():
        _lock_open(cart)
        CartItem.objects.filter(cart=cart).delete()


def cart_merge(*, guest_cart: Cart, user: User) -> Cart:
    """Move a guest's items into the customer's open cart, adding up equal ones, and end the guest's cart.

    Quantities stop at what a line may hold; stock is looked at when ordering. Called only when the customer asks for
    it, never silently at sign-in.
    """
    with transaction.atomic():
        cart = cart_open(user=user)
        for row in sorted((cart, guest_cart), key=lambda row: row.pk):
            _lock_open(row)
        held = {item.variant_id: item for item in CartItem.objects.filter(cart=cart)}
        for item in CartItem.objects.filter(cart=guest_cart):
            mine = held.get(item.variant_id)
            if mine is None and len(held) >= MAX_ITEMS:
                raise CartFull(f"A cart holds {MAX_ITEMS} different items at most.")
            if mine is None:
                held[item.variant_id] = CartItem.objects.create(
                    cart=cart, variant_id=item.variant_id, quantity=item.quantity
                )
            else:
                mine.quantity = min(mine.quantity + item.quantity, MAX_QUANTITY)
                mine.save(update_fields=["quantity"])
        guest_cart.delete()
    return cart


def _lock_open(cart: Cart) -> None:
    """Hold the cart until the transaction ends, so that it can't change while it is being ordered.

    The UPDATE locks as well as a SELECT FOR UPDATE would, and says that the cart is in use.
    """
    if not Cart.objects.filter(pk=cart.pk, status=CartStatus.OPEN).update(updated_at=timezone.now()):
        raise CartNotFound("The cart was ordered already.")


def _require_buyable(cart: Cart, offer: Any, quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityOutOfRange(f"A line holds 1 to {MAX_QUANTITY} pieces.", field="quantity")
    if offer.price is None or offer.currency != cart.currency:
        raise NotForSale
    if offer.stock is not None and offer.stock < quantity:
        raise OutOfStock([Shortage(variant=offer.pk, requested=quantity, available=offer.stock)])
