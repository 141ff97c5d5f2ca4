"""Writes: carts and their items.

Putting something into a cart does not reserve it. It is refused when there is clearly too little, which is advice to
the customer; placing the order decides.
"""

from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import account_hold
from cart.errors import CartFull, CartItemNotFound, CartNotFound, QuantityOutOfRange
from cart.models import MAX_ITEMS, MAX_QUANTITY, Cart, CartItem, CartStatus
from catalog.errors import NotForSale
from inventory.errors import OutOfStock, Shortage
from inventory.offers import LineItem, Offer, offer_of_variant


def cart_open(*, user: User) -> Cart:
    """Return the open cart of ``user``, made when there is none; of several requests at once, one makes it."""
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


def cart_for_order(*, items: Iterable[LineItem]) -> Cart:
    """Make a cart that belongs to nobody, to be ordered in the same transaction; of equal items it holds the sum.

    Raises what ``item_add`` raises.
    """
    cart = cart_open_guest()
    wanted: dict[int, int] = {}
    for offer, quantity in items:
        variant_id = offer.variant.pk
        if variant_id not in wanted:
            _require_room(len(wanted))
        wanted[variant_id] = wanted.get(variant_id, 0) + quantity
        _require_buyable(cart, offer, wanted[variant_id])
    CartItem.objects.bulk_create(
        CartItem(cart=cart, variant_id=variant, quantity=quantity) for variant, quantity in wanted.items()
    )
    return cart


def cart_reopen(*, cart: Cart) -> Cart:
    """Open an ordered cart again; answers the cart that its order has from now on, which is a copy.

    A customer who has opened another one meanwhile gets the items into that, if they fit, and the ordered one stays
    with its order. So does a cart that was made for its order. The caller holds the account.
    """
    if cart.user_id is None:
        return cart
    newer = Cart.objects.select_for_update().filter(user=cart.user_id, status=CartStatus.OPEN).first()
    if newer is not None:
        with suppress(CartFull), transaction.atomic():
            _pour(cart, into=newer)
        return cart
    kept = Cart.objects.create(user=cart.user, currency=cart.currency, status=CartStatus.ORDERED)
    items = CartItem.objects.filter(cart=cart)
    CartItem.objects.bulk_create(
        CartItem(cart=kept, variant_id=item.variant_id, quantity=item.quantity) for item in items
    )
    Cart.objects.filter(pk=cart.pk).update(status=CartStatus.OPEN, updated_at=timezone.now())
    return kept


def cart_open_guest() -> Cart:
    return Cart.objects.create(currency=settings.DEFAULT_CURRENCY)


def cart_hold(*, user: User, cart_id: int) -> None:
    """Lock one of the user's carts until the transaction ends: waits for a request that is ordering it just now."""
    Cart.objects.select_for_update().filter(user=user, pk=cart_id).first()


def item_add(*, cart: Cart, offer: Offer, quantity: int) -> CartItem:
    """Add pieces to what the cart already holds of a variant.

    Raises ``NotForSale``, ``OutOfStock``, ``QuantityOutOfRange`` or ``CartFull``.
    """
    with transaction.atomic():
        _lock_open(cart)
        held = {item.variant_id: item for item in CartItem.objects.filter(cart=cart)}
        item = held.get(offer.variant.pk)
        total = quantity + (item.quantity if item else 0)
        _require_buyable(cart, offer, total)
        if item is None:
            _require_room(len(held))
            return CartItem.objects.create(cart=cart, variant=offer.variant, quantity=total)
        CartItem.objects.filter(pk=item.pk).update(quantity=F("quantity") + quantity)
        item.quantity = total
        return item


def item_put(*, user: User, line: LineItem) -> CartItem:
    """Add pieces to the open cart of ``user``, as ``item_add`` does. A refused first item leaves no empty cart."""
    with transaction.atomic():
        return item_add(cart=cart_open(user=user), offer=line.offer, quantity=line.quantity)


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
        _pour(guest_cart, into=cart)
        guest_cart.delete()
    return cart


def _pour(source: Cart, *, into: Cart) -> None:
    held = {item.variant_id: item for item in CartItem.objects.filter(cart=into)}
    for item in CartItem.objects.filter(cart=source):
        mine = held.get(item.variant_id)
        if mine is None:
            _require_room(len(held))
            held[item.variant_id] = CartItem.objects.create(
                cart=into, variant_id=item.variant_id, quantity=item.quantity
            )
        else:
            mine.quantity = min(mine.quantity + item.quantity, MAX_QUANTITY)
            mine.save(update_fields=["quantity"])


def _lock_open(cart: Cart) -> None:
    """Hold the cart until the transaction ends, so that it can't change while it is being ordered.

    The UPDATE locks as well as a SELECT FOR UPDATE would, and says that the cart is in use.
    """
    if not Cart.objects.filter(pk=cart.pk, status=CartStatus.OPEN).update(updated_at=timezone.now()):
        raise CartNotFound("The cart was ordered already.")


def _require_room(items: int) -> None:
    if items >= MAX_ITEMS:
        raise CartFull(f"A cart holds {MAX_ITEMS} different items at most.")


def _require_buyable(cart: Cart, offer: Offer, quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityOutOfRange(f"A line holds 1 to {MAX_QUANTITY} pieces.", field="quantity")
    if offer.price is None or offer.currency != cart.currency:
        raise NotForSale
    if offer.stock is not None and offer.stock < quantity:
        raise OutOfStock([Shortage(variant=offer.variant.pk, requested=quantity, available=offer.stock)])
