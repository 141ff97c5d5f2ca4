"""Turn a cart into an order."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from accounts.models import User
from cart.errors import CartNotFound
from cart.services import OrderedCart, cart_for_order, cart_take
from inventory.services import stock_reserve
from orders.errors import CartEmpty, CurrencyDiffers, PriceChanged
from orders.items import ItemToOrder
from orders.models import Order, OrderLine, OrderStatusChange
from orders.pricing import PricedLine, Totals
from orders.requests import OrderRequest
from orders.services.caps import network_of, require_room, require_small
from orders.services.promotions import promotions_use
from orders.services.quote import Purchaser, Quote, order_quote
from orders.signals import order_placed, subject_of
from orders.states import OrderStatus
from orders.steps import steps_told, taxes_told
from shipping.selectors import require_named_pickup
from shipping.services import shipment_new
from utils.events import publish
from utils.numbers import new_number
from utils.transactions import at_end
from utils.trips import insert, last_id, one_trip


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

    Raise ``CartEmpty``, ``CartNotFound``, ``CurrencyDiffers``, ``LineNotForSale``, ``NotDeliverable``,
    ``OrderTooLarge``, ``PickupNotNamed``, ``PriceChanged``, ``ShippingMethodUnknown``, ``TooManyUnpaidPieces``,
    ``TooManyUnpaid``, ``inventory.errors.OutOfStock`` or, for ``items``, the errors of ``cart.services.item_add``.
    """
    cart = _cart_to_order(user, request)
    buyer = Purchaser(user=user, email=request.email)
    quote = order_quote(cart=cart, buyer=buyer, method=request.shipping_method, address=request.address)
    require_named_pickup(quote.shipping, quote.shipping_quotes, code=request.shipping_method)
    quote.require_codes()
    _require_shown(quote.totals, request)
    pieces, network = _counted_pieces(quote.wanted), network_of(user, address=request.placed_from)
    require_small(user=user, pieces=pieces.total())
    order = _order(cart, quote, request)
    order.user, order.network, order.reserved_pieces = user, network, pieces.total()
    order.expires_at, order.is_paid_later = expires_at, is_paid_later
    order.token_version = 1 if user is None else 0
    _write(order, quote, open_payment)

    def reserve() -> None:
        require_room(user=user, email=request.email, network=network)
        promotions_use(order, quote.uses)
        stock_reserve(reference=order.number, quantities=pieces)

    if order.total:
        at_end(reserve)
    else:  # the caller confirms it at once
        reserve()
    return order


def _order(cart: OrderedCart, quote: Quote, request: OrderRequest) -> Order:
    """Make the order with the amounts of ``quote`` and what the customer wrote."""
    totals = quote.totals
    return Order(
        number=new_number(),
        cart_id=cart.id,
        shipment=shipment_new(method=quote.shipping.method if quote.shipping else None, address=request.address),
        email=request.email,
        phone=request.phone,
        note=request.note,
        currency=totals.currency,
        subtotal=totals.subtotal,
        discount_total=totals.discount,
        shipping_total=totals.shipping,
        tax_total=totals.tax,
        tax_added=totals.tax_added,
        total=totals.total,
        taxes=taxes_told(totals),
        steps=steps_told(totals),
    )


def _write(order: Order, quote: Quote, open_payment: Callable[[Order], Callable[[], None]]) -> None:
    """Insert the order with its parcel, and then what refers to it."""
    parcel = order.shipment
    with one_trip():
        number_parcel = insert(parcel)
        number_order = insert(order, shipment_id=last_id(type(parcel)))
    number_parcel()
    number_order()
    order.shipment = parcel  # now that it has an id
    lines = [_snapshot(order, *each) for each in zip(quote.wanted, quote.totals.lines, strict=True)]
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


def _snapshot(order: Order, wanted: ItemToOrder, priced: PricedLine) -> OrderLine:
    return OrderLine(
        order=order,
        product_id=wanted.product,
        variant_id=wanted.variant,
        product_name=wanted.product_name,
        variant_title=wanted.title,
        sku=wanted.sku,
        unit_price=priced.line.unit_price,
        quantity=wanted.quantity,
        total=priced.total,
        discount=priced.discount,
        tax=priced.tax,
        tax_added=priced.tax_added,
    )


def _counted_pieces(wanted: Sequence[ItemToOrder]) -> Counter[int]:
    """Count the pieces by variant, without those of variants whose stock is not counted."""
    return Counter({each.variant: each.quantity for each in wanted if each.is_counted})
