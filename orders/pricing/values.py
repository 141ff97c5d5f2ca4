"""The values that go into the pricing of an order, and those that come out. All amounts are in one currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from utils.money import quantize

# A percentage is divided by this.
HUNDRED = Decimal(100)


class PromotionKind(StrEnum):
    """List what a promotion does: take off a percentage or an amount, send for free, or give free pieces."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"
    FREE_SHIPPING = "free_shipping"
    BUY_X_GET_Y = "buy_x_get_y"


class StepKind(StrEnum):
    """List the kinds of the steps that explain a price."""

    LINE = "line"
    PROMOTION = "promotion"
    SHIPPING = "shipping"
    TAX = "tax"
    EXEMPTION = "exemption"


class LeftOut(StrEnum):
    """List why a promotion takes nothing off a basket, although it could be used now.

    ``no_items``: nothing in the basket is among its items. ``minimum_quantity``: also for buy X get Y without a piece
    above X. ``better_offer``: it would take something off, but another choice saves the customer as much or more.
    ``nothing_to_take_off``: what it would reduce costs nothing already, or its part of a discount is rounded to zero.
    """

    NO_ITEMS = "no_items"
    MINIMUM_AMOUNT = "minimum_amount"
    MINIMUM_QUANTITY = "minimum_quantity"
    BETTER_OFFER = "better_offer"
    NOTHING_TO_TAKE_OFF = "nothing_to_take_off"


@dataclass(frozen=True)
class BasketLine:
    """Hold ``quantity`` pieces of a variant at ``unit_price`` each.

    ``label`` is shown to people. ``category`` is the path of the product's category in the tree, empty without one.
    ``tax_class`` is the product's; empty for the standard one.
    """

    variant: int
    product: int
    label: str
    unit_price: Decimal
    quantity: int
    category: str = ""
    tax_class: str = ""


@dataclass(frozen=True)
class PromotionRule:
    """Hold what a promotion does, and what it asks of the basket.

    ``value`` is a percentage, or an amount for ``fixed_amount``. Of ``buy_quantity + get_quantity`` pieces,
    ``get_quantity`` are reduced by ``value`` percent. ``is_for_order``: it takes off the order, not single items.
    ``categories`` are paths of the tree; with ``products`` and ``variants`` they name the items. When all are empty, it
    is for all items. ``code`` is the code that was entered for it, empty for an automatic promotion.
    """

    id: int
    name: str
    kind: PromotionKind
    value: Decimal = Decimal(0)
    buy_quantity: int = 0
    get_quantity: int = 0
    is_for_order: bool = False
    categories: frozenset[str] = frozenset()
    products: frozenset[int] = frozenset()
    variants: frozenset[int] = frozenset()
    minimum_amount: Decimal | None = None
    minimum_quantity: int | None = None
    is_combinable: bool = True
    priority: int = 0
    code: str = ""

    def is_for(self, line: BasketLine) -> bool:
        """Return whether the promotion's items include the line's variant."""
        if not (self.categories or self.products or self.variants):
            return True
        named = line.variant in self.variants or line.product in self.products
        return named or line.category.startswith(tuple(self.categories))


@dataclass(frozen=True)
class ShippingPrice:
    """Hold the name and the price of the way in which an order is sent."""

    label: str
    price: Decimal


@dataclass(frozen=True)
class TaxRule:
    """Hold one tax rate of the place to which an order is sent. ``percentage`` is 19 for 19 percent.

    ``tax_class`` is empty for the standard class, the only one whose rates can apply to shipping.
    """

    id: int
    name: str
    percentage: Decimal
    tax_class: str = ""
    is_for_shipping: bool = False


@dataclass(frozen=True)
class Basket:
    """Hold all that the price of an order depends on.

    ``promotions`` are those that this customer could use now; whether the basket fulfils their conditions is found out
    by pricing it. ``taxes`` are the rates of the place. ``is_exempt``: the customer pays no tax.
    """

    currency: str
    lines: tuple[BasketLine, ...]
    promotions: tuple[PromotionRule, ...] = ()
    shipping: ShippingPrice | None = None
    taxes: tuple[TaxRule, ...] = ()
    prices_include_tax: bool = True
    is_exempt: bool = False


@dataclass(frozen=True)
class Step:
    """Hold one step of the explanation. ``amount`` is what it adds to the total.

    ``rule`` is the id of the promotion or of the tax rate, ``base`` the amount to which it was applied. ``included`` is
    the tax that a price has in it, for steps that add nothing.
    """

    kind: StepKind
    label: str
    amount: Decimal
    currency: str
    base: Decimal | None = None
    rule: int | None = None
    included: Decimal | None = None


@dataclass(frozen=True)
class PricedLine:
    """Hold a line with its amounts: ``total`` before discounts, ``discount``, and ``tax`` of what is left.

    ``tax_added`` is the part of the tax that changes what is paid: below zero when tax is taken off.
    """

    line: BasketLine
    total: Decimal
    discount: Decimal
    tax: Decimal
    tax_added: Decimal

    @property
    def paid(self) -> Decimal:
        """Return what is paid for the line."""
        return self.total - self.discount + self.tax_added


@dataclass(frozen=True)
class TaxAmount:
    """Hold the tax of one rate: ``amount`` on ``base``. ``rule`` is the rate's id, ``percentage`` 19 for 19 percent."""

    rule: int
    name: str
    percentage: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """Hold what an order costs, all in ``currency``, and how that came about (``docs/pricing.md``).

    ``total`` is ``subtotal - discount + shipping + tax_added``, and the sum of the steps' amounts. ``shipping`` is what
    is paid for it before tax is added. ``discounts`` has what each promotion took off, by its id, and ``left_out`` why
    another one took nothing off.
    """

    currency: str
    lines: tuple[PricedLine, ...]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    tax_added: Decimal
    total: Decimal
    taxes: tuple[TaxAmount, ...]
    steps: tuple[Step, ...]
    discounts: Mapping[int, Decimal] = field(default_factory=dict)
    left_out: Mapping[int, LeftOut] = field(default_factory=dict)


def line_total(*, unit_price: Decimal, quantity: int, currency: str) -> Decimal:
    """Return the price of a line before discounts, rounded to the decimals of ``currency``."""
    return quantize(unit_price * quantity, currency)
