"""Turn a cart into an order, and calculate beforehand what it would cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from cart.errors import CartNotFound
from cart.models import Cart, CartStatus
from cart.selectors import CartLine, cart_lines
from cart.services import cart_for_order
from inventory.services import stock_reserve
from orders.errors import CartEmpty, CurrencyDiffers, LineNotForSale, OrderTooLarge, PriceChanged
from orders.models import Order, OrderLine, OrderStatusChange
from orders.pricing import PricedLine, Totals, line_total, price_order
from orders.requests import OrderRequest
from orders.services.caps import network_of, require_room
from orders.signals import order_placed
from orders.states import OrderStatus
from shipping.selectors import ShippingQuote, shipping_choice, shipping_quotes
from shipping.services import shipment_create
from utils.events import publish
from utils.money import TOO_MUCH
from utils.numbers import new_number


@dataclass(frozen=True)
class Quote:
    """Hold what a cart would cost if it were ordered now.

    ``shipping_quotes`` lists every shipping method with its price; ``shipping`` is the chosen one, if the shop has any.
    """

    lines: Sequence[CartLine]
    shipping_quotes: Sequence[ShippingQuote]
    shipping: ShippingQuote | None
    totals: Totals


def order_quote(*, cart: Cart, shipping_method: str = "") -> Quote:
    """Return what an order of ``cart`` would cost now, with its shipping.

    ``shipping_method`` is a code; empty for the shop's first method. Raise ``CartEmpty`` when the cart has no lines,
    ``LineNotForSale`` when a line can't be bought any more, ``OrderTooLarge`` when the sum can't be stored, and
    ``ShippingMethodUnknown`` when no method has that code.
    """
    lines = cart_lines(cart)
    if not lines:
        raise CartEmpty
    gone = [line.item.variant_id for line in lines if line.unit_price is None]
    if gone:
        raise LineNotForSale(items=gone)
    priced = [
        PricedLine(label=str(line.item.variant), unit_price=line.unit_price or Decimal(0), quantity=line.item.quantity)
        for line in lines
    ]
    goods = price_order(priced, currency=cart.currency)
    if goods.total >= TOO_MUCH / 2:  # the other half leaves room for shipping
        raise OrderTooLarge
    quotes = shipping_quotes(subtotal=goods.subtotal, currency=cart.currency)
    shipping = shipping_choice(quotes, code=shipping_method)
    if shipping is None:
        return Quote(lines=lines, shipping_quotes=quotes, shipping=None, totals=goods)
    totals = price_order(
        priced, currency=cart.currency, shipping=shipping.price, shipping_label=f"Shipping: {shipping.method.name}"
    )
    return Quote(lines=lines, shipping_quotes=quotes, shipping=shipping, totals=totals)


def order_place(
    *, user: User, request: OrderRequest, expires_at: datetime | None = None, is_paid_later: bool = False
) -> Order:
    """Turn a cart or items of ``user`` into an order and reserve its stock. The caller holds the account's lock.

    ``expires_at``: when the order is cancelled if it is still unpaid (UTC). ``is_paid_later``: whether its goods may be
    sent before the money arrives.

    The cart's row is locked first, so that a cart becomes only one order, no matter how often it is sent. Stock is
    reserved last, so that rows for which other orders wait are locked as briefly as possible.

    Raise ``CartEmpty``, ``CartNotFound``, ``CurrencyDiffers``, ``LineNotForSale``, ``OrderTooLarge``, ``PriceChanged``,
    ``ShippingMethodUnknown``, ``TooManyUnpaidPieces``, ``TooManyUnpaid``, ``inventory.errors.OutOfStock`` or, for
    ``items``, the errors of ``cart.services.item_add``.
    """
    cart = _cart_to_order(user, request)
    quote = order_quote(cart=cart, shipping_method=request.shipping_method)
    totals = quote.totals
    _require_shown(totals, request)
    pieces, network = _counted_pieces(quote.lines), network_of(user, address=request.placed_from)
    require_room(user=user, network=network, pieces=pieces)
    order = Order.objects.create(
        number=new_number(),
        user=user,
        cart=cart,
        shipment=shipment_create(method=quote.shipping.method if quote.shipping else None, address=request.address),
        email=request.email,
        phone=request.phone,
        note=request.note,
        currency=totals.currency,
        subtotal=totals.subtotal,
        shipping_total=totals.shipping,
        total=totals.total,
        network=network,
        expires_at=expires_at,
        is_paid_later=is_paid_later,
    )
    lines = OrderLine.objects.bulk_create([_snapshot(order, line) for line in quote.lines])
    _remember_lines(order, lines)
    OrderStatusChange.objects.create(order=order, new_status=OrderStatus.PENDING, actor=user)
    Cart.objects.filter(pk=cart.pk).update(status=CartStatus.ORDERED)
    publish(order_placed, order_id=order.pk, user_id=user.pk)
    stock_reserve(reference=order.number, quantities=pieces)
    return order


def _require_shown(totals: Totals, request: OrderRequest) -> None:
    require_currency(totals.currency, expected=request.expected_currency)
    expected = request.expected_total
    if expected is not None and expected != totals.total:
        raise PriceChanged(expected=expected, total=totals.total)


def require_currency(currency: str, *, expected: str) -> None:
    """Raise ``CurrencyDiffers`` unless ``expected`` equals ``currency`` or is empty, which accepts any currency."""
    if expected not in {"", currency}:
        raise CurrencyDiffers(expected=expected, currency=currency)


def _cart_to_order(user: User, request: OrderRequest) -> Cart:
    if request.items is not None:
        return cart_for_order(items=request.items)
    cart_id = request.cart_id
    carts = Cart.objects.select_for_update().filter(user=user, status=CartStatus.OPEN)
    cart = carts.first() if cart_id is None else carts.filter(pk=cart_id).first()
    if cart is None:
        raise CartEmpty if cart_id is None else CartNotFound
    return cart


def _remember_lines(order: Order, lines: list[OrderLine]) -> None:
    """Keep the lines with the new order, as ``prefetch_related`` does, so that showing it needs no query."""
    known = order.lines.all()
    known._result_cache = lines
    order._prefetched_objects_cache = {"lines": known}  # type: ignore[attr-defined]


def _snapshot(order: Order, line: CartLine) -> OrderLine:
    variant, unit_price = line.item.variant, line.unit_price or Decimal(0)
    return OrderLine(
        order=order,
        product=variant.product,
        variant=variant,
        product_name=variant.product.name,
        variant_title=variant.title,
        sku=variant.sku,
        unit_price=unit_price,
        quantity=line.item.quantity,
        total=line_total(unit_price=unit_price, quantity=line.item.quantity, currency=order.currency),
    )


def _counted_pieces(lines: Sequence[CartLine]) -> Counter[int]:
    pieces: Counter[int] = Counter()
    for line in lines:
        if line.item.variant.track_inventory:
            pieces[line.item.variant_id] += line.item.quantity
    return pieces
