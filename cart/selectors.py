"""Read carts, with their items at today's prices."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import F, FilteredRelation, Q

from accounts.models import User
from cart.errors import CartItemNotFound, CartNotFound
from cart.models import Cart, CartItem, CartStatus
from catalog.models import ProductStatus
from utils.money import quantize


@dataclass(frozen=True)
class CartLine:
    """Hold a cart item with today's price per piece in ``currency``.

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


def cart_content(cart: Cart | None) -> CartContent:
    """Return what to show of ``cart``, at today's prices; an empty cart for ``None``."""
    if cart is None:
        return CartContent(id=None, public_id=None, token=None, currency=settings.DEFAULT_CURRENCY, items=[])
    token = cart.token if cart.user_id is None else None
    items = cart_lines(cart)
    return CartContent(id=cart.pk, public_id=cart.token, token=token, currency=cart.currency, items=items)


def cart_of(user: User) -> Cart | None:
    """Return the open cart of ``user``, or ``None``."""
    return Cart.objects.filter(user=user, status=CartStatus.OPEN).first()


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


def guest_cart(token: str) -> Cart:
    """Return the guest's open cart with this token. Raise ``CartNotFound`` when there is none."""
    try:
        return Cart.objects.get(token=uuid.UUID(token), user=None, status=CartStatus.OPEN)
    except (ValueError, Cart.DoesNotExist) as error:
        raise CartNotFound from error


def cart_lines(cart: Cart) -> Sequence[CartLine]:
    """Return the cart's items with today's prices, in the order in which they were added. One query reads them."""
    items = (
        CartItem.objects.filter(cart=cart)
        .select_related("variant__product")
        .defer("variant__product__description", "variant__product__search_text")
        .annotate(price_in=FilteredRelation("variant__prices", condition=Q(variant__prices__currency=cart.currency)))
        .annotate(unit_price=F("price_in__amount"))
        .order_by("id")
    )
    return [_line(item, cart.currency) for item in items]


def _line(item: CartItem, currency: str) -> CartLine:
    buyable = item.variant.is_active and item.variant.product.status == ProductStatus.ACTIVE
    price = item.unit_price if buyable else None  # type: ignore[attr-defined] # annotated above
    return CartLine(item=item, unit_price=price, currency=currency)
