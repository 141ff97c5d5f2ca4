"""Read carts, with their items at today's prices."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from cart.errors import CartItemNotFound, CartNotFound
from cart.models import Cart, CartItem, CartStatus
from catalog.unit_prices import GROUP_OF_USER
from inventory.offers import Offer, Wanted, offer_columns, offer_read
from utils.money import quantize, shop_currency
from utils.sql import ModelColumns, among, fetch

_CART, _ITEM = ModelColumns(Cart), ModelColumns(CartItem)
# Whose open cart a statement is about: a user's, or that of the guest who has its token.
OF_USER, OF_GUEST = "user_id = %s", "user_id IS NULL AND token = %s"
_OPEN_CART = f"""SELECT {_CART.of("cart")} FROM "cart_cart" AS cart WHERE {{whose}} AND status = 'open'
"""  # noqa: S608 - columns
# The variants that a cart holds, and those that a customer wants.
_HELD_AND_WANTED = f"""SELECT {_ITEM.of("item")}, {offer_columns(group=GROUP_OF_USER)}
FROM "catalog_variant" AS variant
JOIN "catalog_product" AS product ON product.id = variant.product_id
LEFT JOIN "cart_cartitem" AS item ON item.variant_id = variant.id AND item.cart_id = %s
WHERE variant.id {
    among(
        "SELECT variant_id FROM cart_cartitem WHERE cart_id = %s "
        "UNION ALL SELECT id FROM catalog_variant WHERE product_id = %s OR id = %s"
    )
}
ORDER BY item.id
"""  # noqa: S608 - columns


@dataclass(frozen=True)
class CartLine:
    """Hold a cart item with today's price per piece in ``currency``, for its customer and its number of pieces.

    ``unit_price`` is ``None`` when the item can no longer be bought.
    """

    item: CartItem
    unit_price: Decimal | None
    currency: str

    @property
    def total(self) -> Decimal:
        """Return the price of all pieces in ``currency``; 0 when the item can no longer be bought."""
        return quantize((self.unit_price or Decimal(0)) * self.item.quantity, self.currency)


@dataclass(frozen=True)
class CartContent:
    """Hold a cart as it is shown. Without a stored cart it is empty and has no ``id``.

    ``public_id`` is the cart's id in /api/v1/. ``token`` is the same value for a guest, who sends it as proof, and
    ``None`` for a customer.
    """

    id: int | None
    public_id: uuid.UUID | None
    token: uuid.UUID | None
    currency: str
    items: Sequence[CartLine]

    @property
    def item_count(self) -> int:
        """Return the number of pieces in the cart."""
        return sum(line.item.quantity for line in self.items)

    @property
    def total(self) -> Decimal:
        """Return the price of all items in ``currency``."""
        return sum((line.total for line in self.items), Decimal(0))


def cart_content(cart: Cart | None, *, currency: str = "") -> CartContent:
    """Return what to show of ``cart``, at today's prices.

    For ``None`` it is an empty cart with prices in ``currency``, or in the shop's own.
    """
    if cart is None:
        return CartContent(id=None, public_id=None, token=None, currency=currency or shop_currency(), items=[])
    return content_of(cart, cart_lines(cart))


def content_of(cart: Cart, lines: Sequence[CartLine]) -> CartContent:
    """Return what to show of ``cart``, which holds ``lines``."""
    token = cart.token if cart.user_id is None else None
    return CartContent(id=cart.pk, public_id=cart.token, token=token, currency=cart.currency, items=lines)


def cart_of(user: User) -> Cart | None:
    """Return the open cart of ``user``, or ``None``."""
    return _open_cart(OF_USER, user.pk)


def cart_of_id(*, user: User, public_id: uuid.UUID) -> Cart:
    """Return the cart of ``user``, open or ordered, whose ``token`` is ``public_id``.

    Raise ``CartNotFound`` when there is none, or it is somebody else's.
    """
    found = Cart.objects.filter(user=user, token=public_id).first()
    if found is None:
        raise CartNotFound
    return found


def item_of_variant(cart: Cart, *, variant_id: int) -> CartItem:
    """Return the item of ``cart`` that holds this variant. Raise ``CartItemNotFound`` when there is none."""
    found = CartItem.objects.filter(cart=cart, variant=variant_id).first()
    if found is None:
        raise CartItemNotFound
    return found


def item_of(user: User, *, item_id: int) -> CartItem:
    """Return an item of the open cart of ``user``.

    Raise ``CartItemNotFound`` when there is none with this id, or it is somebody else's.
    """
    items = CartItem.objects.filter(cart__user=user, cart__status=CartStatus.OPEN, pk=item_id)
    found = items.select_related("cart", "variant").first()
    if found is None:
        raise CartItemNotFound
    return found


def guest_token(text: str) -> uuid.UUID:
    """Return the token of a guest's cart that ``text`` writes. Raise ``CartNotFound`` when no cart can have it."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise CartNotFound from error


def guest_cart(token: uuid.UUID) -> Cart:
    """Return the guest's open cart with this token. Raise ``CartNotFound`` when there is none."""
    found = _open_cart(OF_GUEST, token)
    if found is None:
        raise CartNotFound
    return found


def guest_cart_of_any_status(token: uuid.UUID) -> Cart:
    """Return the guest's cart with this token, open or ordered. Raise ``CartNotFound`` when there is none."""
    found = Cart.objects.filter(user=None, token=token).first()
    if found is None:
        raise CartNotFound
    return found


def _open_cart(whose: str, value: object) -> Cart | None:
    rows = fetch(_OPEN_CART.format(whose=whose), value)
    return _CART.instance(rows[0]) if rows else None


def cart_lines(cart: Cart) -> list[CartLine]:
    """Return the cart's items with today's prices, in the order in which they were added. One statement reads them."""
    lines, _ = lines_and_offers(cart, Wanted())
    return lines


def lines_and_offers(cart: Cart, wanted: Wanted) -> tuple[list[CartLine], list[Offer]]:
    """Return what ``cart_lines`` does, and the offers to choose from, in the cart's currency.

    Those offers that are not wanted are to be ignored, as ``Wanted.choose`` does. One statement reads all.
    """
    lines, offers = [], []
    for_whom = cart.currency, cart.currency, cart.user_id
    for row in fetch(_HELD_AND_WANTED, *for_whom, cart.pk, cart.pk, wanted.product, wanted.variant):
        item, offer = _ITEM.instance(row), offer_read(row, currency=cart.currency)
        offers.append(offer)
        if item is not None:
            lines.append(line_of(cart, item, offer))
    return lines, offers


def line_of(cart: Cart, item: CartItem, offer: Offer) -> CartLine:
    """Return the line of an item of ``cart``, whose variant ``offer`` offers."""
    item.cart, item.variant = cart, offer.variant
    unit_price = offer.unit_price(item.quantity) if offer.is_on_sale else None
    return CartLine(item=item, unit_price=unit_price, currency=cart.currency)
