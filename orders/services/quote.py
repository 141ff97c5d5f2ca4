"""Calculate what a cart would cost if it were ordered now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from cart.models import Cart
from cart.services import OrderedCart
from orders.errors import CartEmpty, LineNotForSale, OrderTooLarge, PromotionCodeRefused
from orders.items import ItemsToOrder, ItemToOrder, items_of_cart
from orders.pricing import Basket, BasketLine, LeftOut, ShippingPrice, TaxRule, Totals, price
from orders.promotions import CodeProblem, FoundPromotion, message_of, promotions_read
from orders.services.promotions import UseToCount
from orders.taxes import tax_rules
from shipping.addresses import PostalAddress
from shipping.errors import NotDeliverable
from shipping.selectors import ShippingQuote, shipping_choice, shipping_rates
from shipping.zones import ParcelToSend
from utils.money import TOO_MUCH
from utils.names import normalize_email
from utils.trips import one_trip

# Makes the quotes of the shipping methods for what is sent.
Rates = Callable[[ParcelToSend], list[ShippingQuote]]


@dataclass(frozen=True)
class Purchaser:
    """Hold who buys: a customer, or a guest (``None``) who gives an ``email``."""

    user: User | None
    email: str = ""

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None


@dataclass(frozen=True)
class EnteredCode:
    """Hold a code that a customer entered. ``problem`` says why it takes nothing off; ``None`` when it does."""

    code: str
    problem: CodeProblem | LeftOut | None


@dataclass(frozen=True)
class Quote:
    """Hold what a cart would cost if it were ordered now.

    ``shipping_quotes`` lists every shipping method with its price; ``shipping`` is the chosen one, if the shop has any.
    ``codes`` are those that were entered, and ``uses`` the promotions that take something off.
    """

    wanted: Sequence[ItemToOrder]
    shipping_quotes: Sequence[ShippingQuote]
    shipping: ShippingQuote | None
    totals: Totals
    codes: Sequence[EnteredCode] = ()
    uses: Sequence[UseToCount] = ()

    def require_codes(self) -> None:
        """Raise ``PromotionCodeRefused`` if a code can't be used any more, so that nobody pays more than was shown."""
        for entered in self.codes:
            if isinstance(entered.problem, CodeProblem):
                raise PromotionCodeRefused(message_of(entered.problem), code=entered.code, reason=entered.problem.value)


def order_quote(
    *, cart: Cart | OrderedCart, buyer: Purchaser, method: str = "", address: PostalAddress | None = None
) -> Quote:
    """Return what an order of ``cart`` would cost now, with its promotions, shipping and tax.

    ``method`` is a shipping method's code; empty for the shop's first method that delivers. Without ``address`` the
    shop's own place counts. Raise ``CartEmpty`` when the cart has no lines, ``LineNotForSale`` when a line can't be
    bought any more, ``NotDeliverable`` when no method sends it there, ``OrderTooLarge`` when the sum can't be stored,
    and ``ShippingMethodUnknown`` when no method with that code does.
    """
    wanted, rates = _read(cart, buyer)
    if not wanted.items:
        raise CartEmpty
    gone = [each.variant for each in wanted.items if each.unit_price is None]
    if gone:
        raise LineNotForSale(items=gone)
    return _quote(cart, wanted, rates, buyer, method, address)


def cart_quote(*, cart: Cart, buyer: Purchaser, method: str = "", address: PostalAddress | None = None) -> Quote:
    """Return what ``order_quote`` does, without the lines that can't be bought any more. The cart may be empty.

    An empty cart is sent for nothing, and one that no method sends there is priced without shipping.
    """
    wanted, rates = _read(cart, buyer)
    items = [each for each in wanted.items if each.unit_price is not None]

    def reached(parcel: ParcelToSend) -> list[ShippingQuote]:
        try:
            return rates(parcel)
        except NotDeliverable:
            return []

    return _quote(cart, wanted._replace(items=items), reached, buyer, method, address)


def _read(cart: Cart | OrderedCart, buyer: Purchaser) -> tuple[ItemsToOrder, Rates]:
    with one_trip():
        wanted_now = items_of_cart(cart.id, currency=cart.currency, buyer=buyer.user_id)
        rates = shipping_rates(cart.currency)
    return wanted_now(), rates


def _quote(
    cart: Cart | OrderedCart,
    wanted: ItemsToOrder,
    rates: Rates,
    buyer: Purchaser,
    method: str,
    address: PostalAddress | None,
) -> Quote:
    codes = cart.codes.split()
    found, taxes = _rules(wanted, codes, buyer, address)
    now = timezone.now()
    problems = {each.promotion.pk: each.problem(currency=cart.currency, now=now) for each in found}
    usable = [each for each in found if problems[each.promotion.pk] is None]
    basket = Basket(
        currency=cart.currency,
        lines=tuple(_line(each) for each in wanted.items),
        promotions=tuple(each.rule() for each in usable),
        taxes=taxes,
        prices_include_tax=settings.PRICES_INCLUDE_TAX,
    )
    goods = price(replace(basket, taxes=()))
    if goods.subtotal >= TOO_MUCH / 2:  # the other half leaves room for shipping
        raise OrderTooLarge
    shipping_quotes = rates(_parcel(wanted.items, goods.subtotal - goods.discount, address or PostalAddress()))
    shipping = shipping_choice(shipping_quotes, code=method)
    if shipping is not None and wanted.items:
        basket = replace(basket, shipping=ShippingPrice(label=shipping.method.name, price=shipping.price))
    totals = price(basket)
    if totals.total >= TOO_MUCH:
        raise OrderTooLarge
    return Quote(
        wanted=wanted.items,
        shipping_quotes=shipping_quotes,
        shipping=shipping,
        totals=totals,
        codes=[_entered(code, found, problems, totals) for code in codes],
        uses=[
            UseToCount(each, totals.discounts[each.promotion.pk])
            for each in usable
            if each.promotion.pk in totals.discounts
        ],
    )


def _rules(
    wanted: ItemsToOrder, codes: Sequence[str], buyer: Purchaser, address: PostalAddress | None
) -> tuple[list[FoundPromotion], tuple[TaxRule, ...]]:
    """Read the promotions that might apply and the tax rates of the place, if the shop has any."""
    if not (wanted.has_promotions or wanted.has_taxes):  # even an empty trip makes PostgreSQL answer
        return [], ()
    found: Callable[[], list[FoundPromotion]] = list
    taxes: Callable[[], tuple[TaxRule, ...]] = tuple
    with one_trip():
        if wanted.has_promotions:
            found = promotions_read(codes=codes, user_id=buyer.user_id, email=normalize_email(buyer.email))
        if wanted.has_taxes:
            taxes = tax_rules(address)
    return found(), taxes()


def _parcel(wanted: Sequence[ItemToOrder], subtotal: Decimal, address: PostalAddress) -> ParcelToSend:
    return ParcelToSend(
        subtotal=subtotal,
        pieces=sum(each.quantity for each in wanted),
        weight_grams=sum(each.weight_grams * each.quantity for each in wanted),
        country=address.country,
        state=address.state,
        postal_code=address.postal_code,
    )


def _line(item: ItemToOrder) -> BasketLine:
    return BasketLine(
        variant=item.variant,
        product=item.product,
        label=item.full_name,
        unit_price=item.unit_price or Decimal(0),
        quantity=item.quantity,
        category=item.category,
    )


def _entered(
    code: str,
    found: Sequence[FoundPromotion],
    problems: dict[int, CodeProblem | LeftOut | None],
    totals: Totals,
) -> EnteredCode:
    for each in found:
        if each.code == code:
            return EnteredCode(code, problems[each.promotion.pk] or totals.left_out.get(each.promotion.pk))
    return EnteredCode(code, CodeProblem.UNKNOWN)
