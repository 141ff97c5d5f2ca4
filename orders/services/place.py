"""Turn a cart into an order, and calculate beforehand what it would cost."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from cart.errors import CartNotFound
from cart.models import Cart
from cart.services import OrderedCart, cart_for_order, cart_take
from inventory.services import stock_reserve
from orders.errors import CartEmpty, CurrencyDiffers, LineNotForSale, OrderTooLarge, PriceChanged
from orders.items import ItemToOrder, items_of_cart
from orders.models import Order, OrderLine, OrderStatusChange
from orders.pricing import PricedLine, Totals, line_total, price_order
from orders.requests import OrderRequest
from orders.services.caps import network_of, require_room, require_small
from orders.signals import order_placed, subject_of
from orders.states import OrderStatus
from shipping.selectors import ShippingQuote, shipping_choice, shipping_rates
from shipping.services import shipment_new
from utils.events import publish
from utils.money import TOO_MUCH
from utils.numbers import new_number
from utils.transactions import at_end
from utils.trips import insert, last_id, one_trip


@dataclass(frozen=True)
class Quote:
    """Hold what a cart would cost if it were ordered now.

    ``shipping_quotes`` lists every shipping method with its price; ``shipping`` is the chosen one, if the shop has any.
    """

    wanted: Sequence[ItemToOrder]
    shipping_quotes: Sequence[ShippingQuote]
    shipping: ShippingQuote | None
    totals: Totals


def order_quote(*, cart: Cart, shipping_method: str = "") -> Quote:
    """Return what an order of ``cart`` would cost now, with its shipping.

    ``shipping_method`` is a code; empty for the shop's first method. Raise ``CartEmpty`` when the cart has no lines,
    ``LineNotForSale`` when a line can't be bought any more, ``OrderTooLarge`` when the sum can't be stored, and
    ``ShippingMethodUnknown`` when no method has that code.
    """
    return _quote(cart.pk, cart.currency, shipping_method)


def _quote(cart_id: int, currency: str, shipping_method: str) -> Quote:
    with one_trip():
        wanted_now = items_of_cart(cart_id, currency=currency)
        quotes = shipping_rates(currency)
    wanted = wanted_now()
    if not wanted:
        raise CartEmpty
    gone = [each.variant for each in wanted if each.unit_price is None]
    if gone:
        raise LineNotForSale(items=gone)
    priced = [
        PricedLine(label=each.full_name, unit_price=each.unit_price or Decimal(0), quantity=each.quantity)
        for each in wanted
    ]
    goods = price_order(priced, currency=currency)
    if goods.total >= TOO_MUCH / 2:  # the other half leaves room for shipping
        raise OrderTooLarge
    shipping_quotes = quotes(goods.subtotal)
    shipping = shipping_choice(shipping_quotes, code=shipping_method)
    if shipping is None:
        return Quote(wanted=wanted, shipping_quotes=shipping_quotes, shipping=None, totals=goods)
    totals = price_order(
        priced, currency=currency, shipping=shipping.price, shipping_label=f"Shipping: {shipping.method.name}"
    )
    return Quote(wanted=wanted, shipping_quotes=shipping_quotes, shipping=shipping, totals=totals)


def order_place(
    *,
    user: User | None,
    request: OrderRequest,
    open_payment: Callable[[Order], Callable[[], None]],
    expires_at: datetime | None = None,
    is_paid_later: bool = False,
) -> Order:
    """Turn a cart or items of ``user`` into an order and reserve its stock. A guest has no ``user``.

    The caller holds the account's lock, if there is one, in a ``whole_transaction``.

    ``open_payment`` inserts the payment of the new order, as ``utils.trips.insert`` does. ``expires_at``: when the
    order is cancelled if it is still unpaid (UTC). ``is_paid_later``: whether its goods may be sent before the money
    arrives.

    The cart's row is locked first, so that a cart becomes only one order, no matter how often it is sent. The IP
    address and the stock, for which other orders wait, are locked at the transaction's end. Only the stock of a free
    order, which its caller confirms, is reserved at once.

    Raise ``CartEmpty``, ``CartNotFound``, ``CurrencyDiffers``, ``LineNotForSale``, ``OrderTooLarge``, ``PriceChanged``,
    ``ShippingMethodUnknown``, ``TooManyUnpaidPieces``, ``TooManyUnpaid``, ``inventory.errors.OutOfStock`` or, for
    ``items``, the errors of ``cart.services.item_add``.
    """
    cart = _cart_to_order(user, request)
    quote = _quote(cart.id, cart.currency, request.shipping_method)
    totals = quote.totals
    _require_shown(totals, request)
    pieces, network = _counted_pieces(quote.wanted), network_of(user, address=request.placed_from)
    require_small(user=user, pieces=pieces.total())
    order = Order(
        number=new_number(),
        user=user,
        cart_id=cart.id,
        shipment=shipment_new(method=quote.shipping.method if quote.shipping else None, address=request.address),
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
        reserved_pieces=pieces.total(),
        token_version=1 if user is None else 0,
    )
    _write(order, quote, open_payment)

    def reserve() -> None:
        require_room(user=user, email=request.email, network=network)
        stock_reserve(reference=order.number, quantities=pieces)

    if order.total:
        at_end(reserve)
    else:  # the caller confirms it at once
        reserve()
    return order


def _write(order: Order, quote: Quote, open_payment: Callable[[Order], Callable[[], None]]) -> None:
    """Insert the order with its parcel, and then what refers to it."""
    parcel = order.shipment
    with one_trip():
        number_parcel = insert(parcel)
        number_order = insert(order, shipment_id=last_id(type(parcel)))
    number_parcel()
    number_order()
    order.shipment = parcel  # now that it has an id
    lines = [_snapshot(order, each) for each in quote.wanted]
    with one_trip():
        number_lines = insert(*lines)
        insert(_first_status(order))
        about = subject_of(order.pk, order.user_id)
        publish(order_placed, about=about, order_id=order.pk, user_id=order.user_id)
        number_payment = open_payment(order)
    number_lines()
    number_payment()
    _remember_lines(order, lines)


def _first_status(order: Order) -> OrderStatusChange:
    by_guest = order.user_id is None
    return OrderStatusChange(order=order, new_status=OrderStatus.PENDING, actor_id=order.user_id, by_guest=by_guest)


def _require_shown(totals: Totals, request: OrderRequest) -> None:
    require_currency(totals.currency, expected=request.expected_currency)
    expected = request.expected_total
    if expected is not None and expected != totals.total:
        raise PriceChanged(expected=expected, total=totals.total)


def require_currency(currency: str, *, expected: str) -> None:
    """Raise ``CurrencyDiffers`` unless ``expected`` equals ``currency`` or is empty, which accepts any currency."""
    if expected not in {"", currency}:
        raise CurrencyDiffers(expected=expected, currency=currency)


def _cart_to_order(user: User | None, request: OrderRequest) -> OrderedCart:
    if request.items is not None:
        cart = cart_take(user=None, cart_id=cart_for_order(items=request.items).pk)
    elif user is None and request.cart_id is None:
        raise CartEmpty
    else:
        cart = cart_take(user=user, cart_id=request.cart_id)
    if cart is None:
        raise CartEmpty if request.cart_id is None else CartNotFound
    return cart


def _remember_lines(order: Order, lines: list[OrderLine]) -> None:
    """Keep the lines with the new order, as ``prefetch_related`` does, so that showing it needs no query."""
    known = order.lines.all()
    known._result_cache = lines
    order._prefetched_objects_cache = {"lines": known}  # type: ignore[attr-defined]


def _snapshot(order: Order, wanted: ItemToOrder) -> OrderLine:
    unit_price = wanted.unit_price or Decimal(0)
    return OrderLine(
        order=order,
        product_id=wanted.product,
        variant_id=wanted.variant,
        product_name=wanted.product_name,
        variant_title=wanted.title,
        sku=wanted.sku,
        unit_price=unit_price,
        quantity=wanted.quantity,
        total=line_total(unit_price=unit_price, quantity=wanted.quantity, currency=order.currency),
    )


def _counted_pieces(wanted: Sequence[ItemToOrder]) -> Counter[int]:
    """Count the pieces by variant, without those of variants whose stock is not counted."""
    return Counter({each.variant: each.quantity for each in wanted if each.is_counted})
