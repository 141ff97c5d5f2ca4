"""Change carts and their items.

Putting pieces into a cart does not reserve them. A cart refuses more pieces than are in stock, so that the customer
learns of the shortage early. The check that decides is made when the order is placed.
"""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import account_lock
from cart.errors import CartFull, CartItemNotFound, CartNotFound, CodeNotFound, QuantityOutOfRange, TooManyCodes
from cart.models import MAX_CODES, MAX_ITEMS, MAX_QUANTITY, Cart, CartItem, CartStatus
from cart.selectors import (
    OF_GUEST,
    OF_USER,
    CartContent,
    CartLine,
    cart_lines,
    cart_of,
    content_of,
    line_of,
    lines_and_offers,
)
from catalog.errors import NotForSale
from inventory.errors import OutOfStock, Shortage
from inventory.offers import LineItem, Offer, Wanted, offer_of_variant
from utils.money import currencies, shop_currency
from utils.sql import ModelColumns, fetch

_CART, _ITEM = ModelColumns(Cart), ModelColumns(CartItem)
_OPEN = f"""INSERT INTO "cart_cart" (user_id, token, currency, status, created_at, updated_at)
VALUES (%s, %s, %s, 'open', %s, %s)
ON CONFLICT (user_id) WHERE status = 'open' DO UPDATE SET updated_at = excluded.updated_at
RETURNING {_CART.of("cart_cart")}
"""  # noqa: S608 - columns
_LOCK = f"""UPDATE "cart_cart" SET "updated_at" = %s WHERE {{whose}} AND status = 'open'
RETURNING {_CART.of("cart_cart")}
"""  # noqa: S608 - columns
_PUT = f"""INSERT INTO "cart_cartitem" (cart_id, variant_id, quantity, added_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity
RETURNING {_ITEM.of("cart_cartitem")}
"""  # noqa: S608 - columns


class Added(NamedTuple):
    """Hold the item to which pieces were added, and what its cart holds now."""

    item: CartItem
    content: CartContent


def cart_open(*, user: User, currency: str = "") -> Cart:
    """Return the open cart of ``user``; create it when there is none.

    A new cart has prices in ``currency``, or in the shop's own; a cart that is there keeps its currency. When several
    requests do this at once, only one of them creates a cart, and all return the same one.
    """
    found = cart_of(user)
    if found is not None:
        return found
    with transaction.atomic():
        return _open(user, currency)


def carts_discard(*, user: User) -> None:
    """Delete the open carts of ``user``.

    If another request is ordering the cart, wait for it. The cart then belongs to the order and is kept.
    """
    with transaction.atomic():
        for cart in Cart.objects.filter(user=user, status=CartStatus.OPEN).order_by("pk").select_for_update():
            cart.delete()


def cart_for_order(*, items: Iterable[LineItem]) -> Cart:
    """Create a cart without a user, to be ordered in the same transaction.

    Quantities of the same variant are added up. Raise ``NotForSale``, ``OutOfStock``, ``QuantityOutOfRange`` or
    ``CartFull`` as ``item_add`` does.
    """
    lines = list(items)
    currency = lines[0].offer.currency if lines else shop_currency()
    if currency not in currencies():
        raise NotForSale
    cart = cart_open_guest(currency=currency)
    wanted: dict[int, int] = {}
    for offer, quantity in lines:
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
    """Make an ordered cart the customer's open cart again. Return the copy of it that the order keeps.

    If the customer has opened another cart since, add the items to that one, if all of them fit, and return ``cart``:
    the order keeps it. The order also keeps a cart that was made for it (``cart_for_order``). The caller holds the lock
    on the account.
    """
    if cart.user_id is None:
        return cart
    newer = Cart.objects.select_for_update().filter(user=cart.user_id, status=CartStatus.OPEN).first()
    if newer is not None:
        with suppress(CartFull), transaction.atomic():
            _add_items(cart, into=newer)
        return cart
    kept = Cart.objects.create(user=cart.user, currency=cart.currency, status=CartStatus.ORDERED)
    items = CartItem.objects.filter(cart=cart)
    CartItem.objects.bulk_create(
        CartItem(cart=kept, variant_id=item.variant_id, quantity=item.quantity) for item in items
    )
    Cart.objects.filter(pk=cart.pk).update(status=CartStatus.OPEN, updated_at=timezone.now())
    return kept


class OrderedCart(NamedTuple):
    """Hold a cart that was just marked as ordered."""

    id: int
    currency: str
    codes: str


def cart_take(*, user: User | None, cart_id: int | None = None) -> OrderedCart | None:
    """Mark an open cart as ordered: the one with this id, or else the open cart of ``user``.

    The UPDATE locks the row until the transaction ends, so that a cart becomes one order however often it is sent.
    Return ``None`` when there is no such cart, or it was ordered already.
    """
    which = {"user_id": user and user.pk, "id": cart_id}
    named = {column: value for column, value in which.items() if value is not None}
    conditions = "".join(f' AND "{column}" = %s' for column in named)
    taken = fetch(f'{_TAKE}{conditions} RETURNING "id", "currency", "codes"', *named.values())
    return OrderedCart(*taken[0]) if taken else None


_TAKE = """UPDATE "cart_cart" SET "status" = 'ordered' WHERE "status" = 'open'"""


def cart_open_guest(*, currency: str = "") -> Cart:
    """Create an empty cart without a user, with prices in ``currency``, or in the shop's own.

    Whoever has its token may use it.
    """
    return _open(None, currency)


def cart_set_currency(*, cart: Cart, currency: str) -> Cart:
    """Change the currency of the cart's prices, and return the cart.

    Its items stay; one without a price in ``currency`` can't be ordered. Raise ``CartNotFound`` when the cart was
    ordered already.
    """
    with transaction.atomic():
        locked = _lock_open(cart)
        locked.currency = currency
        locked.save(update_fields=["currency"])
    return locked


def cart_lock(*, user: User | None, cart_id: int) -> None:
    """Lock the row of a cart of ``user``, or of a guest, until the transaction ends. If it is being ordered, wait."""
    Cart.objects.select_for_update().filter(user=user, pk=cart_id).first()


def item_add(*, cart: Cart, offer: Offer, quantity: int) -> CartItem:
    """Add pieces of a variant to the cart, on top of those that it already holds.

    Raise ``NotForSale`` when the variant has no price in the cart's currency, ``OutOfStock`` when there are fewer
    pieces than the cart would hold, ``QuantityOutOfRange`` when a line would hold more than ``MAX_QUANTITY``,
    ``CartFull`` when the cart has ``MAX_ITEMS`` items, and ``CartNotFound`` when it was ordered already.
    """
    with transaction.atomic():
        _lock_open(cart)
        return _add(cart, cart_lines(cart), offer, quantity).item


def item_put(*, into: User | uuid.UUID | None, wanted: Wanted, quantity: int, currency: str = "") -> Added:
    """Add pieces of what is wanted to the open cart of a customer, or to the guest's cart with a token.

    A customer without a cart gets one, and so does a guest without a token (``None``): it has prices in ``currency``,
    or in the shop's own. When the pieces are refused, no new cart is left behind. Raise what ``item_add`` and
    ``Wanted.choose`` raise, and ``CartNotFound`` when no open cart has the token.
    """
    with transaction.atomic():
        cart = _cart_to_fill(into, currency)
        lines, offers = lines_and_offers(cart, wanted)
        return _add(cart, lines, wanted.choose(offers), quantity)


def item_set(*, cart: Cart, item_id: int, quantity: int) -> CartItem:
    """Make the item hold exactly ``quantity`` pieces.

    Raise ``CartItemNotFound`` when the cart has no such item, ``VariantNotFound`` when the variant is no longer on
    sale, and ``NotForSale``, ``OutOfStock``, ``QuantityOutOfRange`` or ``CartNotFound`` as ``item_add`` does.
    """
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
    """Remove an item from the cart. Raise ``CartItemNotFound`` when the cart has none with this id."""
    with transaction.atomic():
        _lock_open(cart)
        removed, _ = CartItem.objects.filter(cart=cart, pk=item_id).delete()
        if not removed:
            raise CartItemNotFound


def cart_clear(*, cart: Cart) -> None:
    """Delete all items of the cart. Raise ``CartNotFound`` when the cart was ordered already."""
    with transaction.atomic():
        _lock_open(cart)
        CartItem.objects.filter(cart=cart).delete()


def code_put(*, cart: Cart, code: str) -> Cart:
    """Enter a promotion code, in capitals, in the cart; the same code again changes nothing. Return the cart.

    Whether the code is good is for the caller to find out. Raise ``TooManyCodes`` when the cart has ``MAX_CODES``, and
    ``CartNotFound`` when it was ordered already.
    """
    with transaction.atomic():
        locked = _lock_open(cart)
        codes = locked.codes.split()
        if code in codes:
            return locked
        if len(codes) >= MAX_CODES:
            raise TooManyCodes(f"A cart takes at most {MAX_CODES} codes. Please remove one first.")
        return _write_codes(locked, [*codes, code])


def code_remove(*, cart: Cart, code: str) -> Cart:
    """Take a promotion code out of the cart and return the cart.

    Raise ``CodeNotFound`` when the code was not entered in it, and ``CartNotFound`` when it was ordered already.
    """
    with transaction.atomic():
        locked = _lock_open(cart)
        codes = locked.codes.split()
        if code not in codes:
            raise CodeNotFound
        return _write_codes(locked, [each for each in codes if each != code])


def _write_codes(cart: Cart, codes: list[str]) -> Cart:
    cart.codes = " ".join(codes)
    cart.save(update_fields=["codes"])
    return cart


def cart_merge(*, guest_cart: Cart, user: User) -> Cart:
    """Move a guest's items into the customer's open cart, and delete the guest's cart.

    Quantities of the same variant are added up, to at most ``MAX_QUANTITY``. Stock is checked only when the customer
    orders. Carts are merged only when the customer asks for it, never silently at sign-in. Raise ``CartFull`` when the
    items do not fit, and ``CartNotFound`` when one of the carts was ordered already.
    """
    with transaction.atomic():
        cart = cart_open(user=user)
        for row in sorted((cart, guest_cart), key=lambda row: row.pk):
            _lock_open(row)
        _add_items(guest_cart, into=cart)
        guest_cart.delete()
    return cart


def _add_items(source: Cart, *, into: Cart) -> None:
    """Copy the items of ``source`` to ``into``. Raise ``CartFull`` when they do not fit."""
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


def _cart_to_fill(into: User | uuid.UUID | None, currency: str) -> Cart:
    """Lock the open cart of a customer, or of the guest with a token. Create it for a customer, and for ``None``."""
    if into is None:
        return _open(None, currency)
    if isinstance(into, User):
        return _locked(OF_USER, into.pk) or _open(into, currency)
    cart = _locked(OF_GUEST, into)
    if cart is None:
        raise CartNotFound
    return cart


def _open(user: User | None, currency: str) -> Cart:
    """Create the cart of ``user``, or of a guest, and lock it. The caller has begun a transaction.

    Without ``currency`` it has the shop's own.

    When several requests do so at once, only one of them creates the user's cart, and all return the same one.
    """
    if user is not None:
        account_lock(user=user)
    now = timezone.now()
    (row,) = fetch(_OPEN, user and user.pk, uuid.uuid4(), currency or shop_currency(), now, now)
    return _CART.instance(row)


def _lock_open(cart: Cart) -> Cart:
    """Lock the cart until the transaction ends, so that it can't change while it is being ordered. Return its row.

    Raise ``CartNotFound`` when the cart was ordered already.
    """
    locked = _locked("id = %s", cart.pk)
    if locked is None:
        raise CartNotFound("This cart has already been ordered.")
    return locked


def _locked(whose: str, value: object) -> Cart | None:
    """Lock the open cart for which the condition ``whose`` holds, until the transaction ends; ``None`` without one.

    The UPDATE locks the row just like SELECT FOR UPDATE, and its time shows that the cart is in use.
    """
    rows = fetch(_LOCK.format(whose=whose), timezone.now(), value)
    return _CART.instance(rows[0]) if rows else None


def _add(cart: Cart, lines: Sequence[CartLine], offer: Offer, quantity: int) -> Added:
    """Add pieces of ``offer`` to a locked cart, which holds ``lines``."""
    held = {line.item.variant_id: line for line in lines}
    variant_id = offer.variant.pk
    if variant_id in held:
        quantity += held[variant_id].item.quantity
    _require_buyable(cart, offer, quantity)
    if variant_id not in held:
        _require_room(len(held))
    (row,) = fetch(_PUT, cart.pk, variant_id, quantity, timezone.now())
    item = _ITEM.instance(row)
    held[variant_id] = line_of(cart, item, offer)
    return Added(item, content_of(cart, list(held.values())))


def _require_room(items: int) -> None:
    """Raise ``CartFull`` when a cart with this many items has no room for another one."""
    if items >= MAX_ITEMS:
        raise CartFull(f"A cart can hold at most {MAX_ITEMS} different items.")


def _require_buyable(cart: Cart, offer: Offer, quantity: int) -> None:
    """Raise ``QuantityOutOfRange``, ``NotForSale`` or ``OutOfStock`` when ``cart`` may not hold this many pieces."""
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityOutOfRange(f"You can order 1 to {MAX_QUANTITY} pieces of an item.", field="quantity")
    if offer.price is None or offer.currency != cart.currency:
        raise NotForSale
    if offer.stock is not None and offer.stock < quantity:
        raise OutOfStock([Shortage(variant=offer.variant.pk, requested=quantity, available=offer.stock)])
