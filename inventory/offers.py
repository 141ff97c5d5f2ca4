"""Read offers (variants with their current price and stock), and find a product's default variant."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from catalog.errors import NotForSale, ProductNotFound, VariantNeeded, VariantNotFound
from catalog.models import Product, ProductStatus, Variant, VariantPrice
from catalog.querysets import ProductQuerySet
from catalog.selectors import products_on_sale, variants_on_offer
from catalog.unit_prices import Tier, tiers_column, tiers_read, unit_price
from inventory.models import StockItem
from utils.errors import DomainError
from utils.sql import ModelColumns, among, fetch, places

_VARIANT = ModelColumns(Variant, "id", "product", "sku", "options", "track_inventory", "is_active", "position")
_PRODUCT = ModelColumns(Product, "id", "name", "status", "default_variant")
_PRICE = ModelColumns(VariantPrice, "amount")


def offer_columns(*, group: str = "%s") -> str:
    """Return what ``offer_read`` reads, from tables called variant and product.

    ``group`` is the SQL of the buyer's customer group (``catalog.unit_prices.tiers_column``). The parameters are the
    currency, the currency again, and those of ``group``.
    """
    # Prices and stock are looked up for each row: for a join, the database may read all prices, if it expects more rows
    # than there are.
    return f"""
        {_VARIANT.of("variant")}, {_PRODUCT.of("product")},
        (SELECT amount FROM catalog_variantprice WHERE variant_id = variant.id AND currency = %s),
        {tiers_column("variant.id", group=group)},
        CASE WHEN variant.track_inventory THEN
            COALESCE((SELECT SUM(on_hand - reserved) FROM inventory_stockitem WHERE variant_id = variant.id), 0)
        END
    """  # noqa: S608 - columns


_OFFERS = f"""SELECT {offer_columns()}
FROM "catalog_variant" AS variant JOIN "catalog_product" AS product ON product.id = variant.product_id
WHERE variant.id {among("SELECT id FROM catalog_variant WHERE product_id IN ({products}) OR id IN ({variants})")}
"""  # noqa: S608 - columns


@dataclass(frozen=True)
class Offer:
    """Hold a variant with its current price and stock.

    ``price`` is the variant's price in ``currency``, or ``None`` when it is not sold in that currency; ``unit_price``
    says what the buyer pays. ``tiers`` are those that the buyer may get. ``stock`` is the number of pieces for sale, or
    ``None`` when they are not counted.
    """

    variant: Variant
    price: Decimal | None
    currency: str
    stock: int | None
    tiers: tuple[Tier, ...] = ()

    @property
    def is_on_sale(self) -> bool:
        """Return whether the shop sells the variant. Its price in a currency, and its stock, are another matter."""
        return self.variant.is_active and self.variant.product.status == ProductStatus.ACTIVE

    def unit_price(self, quantity: int = 1) -> Decimal | None:
        """Return what the buyer pays for one of ``quantity`` pieces, in ``currency``; ``None`` without a price."""
        return unit_price(self.price, self.tiers, quantity=quantity)


class LineItem(NamedTuple):
    """Hold an offer, and how many pieces of it a customer wants."""

    offer: Offer
    quantity: int


class ProductLine(NamedTuple):
    """Hold how many pieces of a product a customer wants. ``product`` and ``variant`` are ids.

    ``variant`` is ``None`` when the customer names only the product.
    """

    product: int
    quantity: int
    variant: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Name what a customer wants: a variant, a product, or a variant of a product. ``product`` and ``variant`` are ids.

    A product without a variant means its only variant, or its default variant with ``takes_default``.
    """

    product: int | None = None
    variant: int | None = None
    takes_default: bool = False

    def choose(self, offers: Iterable[Offer]) -> Offer:
        """Return the one of ``offers`` that is wanted.

        Raise ``VariantNotFound`` when the variant is not on sale or is another product's. Where no variant is named,
        raise ``ProductNotFound`` when the product is not on sale, ``NotForSale`` when it has no active variant, and
        ``VariantNeeded`` when it has several and no default is taken.
        """
        fitting = [offer for offer in offers if offer.is_on_sale and self._fits(offer.variant)]
        if not fitting:
            raise self._missing()
        if len(fitting) > 1 and not self.takes_default:
            raise VariantNeeded(field="variant")
        return min(fitting, key=_rank)

    def _fits(self, variant: Variant) -> bool:
        return self.variant in {None, variant.pk} and self.product in {None, variant.product_id}

    def _missing(self) -> DomainError:
        if self.product is None:
            return VariantNotFound()
        if self.variant is not None:
            return VariantNotFound(field="variant")
        return NotForSale() if products_on_sale().filter(pk=self.product).exists() else ProductNotFound()


def offer_read(row: Iterator[Any], *, currency: str) -> Offer:
    """Take the values of ``offer_columns`` from ``row`` and make the offer; ``currency`` was their parameter."""
    variant = _VARIANT.instance(row)
    variant.product = _PRODUCT.instance(row)
    (price,) = _PRICE.values(row)
    tiers = tiers_read(next(row))
    return Offer(variant=variant, price=price, currency=currency, stock=next(row), tiers=tiers)


def offers_of(
    *,
    products: Collection[int | None] = (),
    variants: Collection[int | None] = (),
    currency: str,
    group: int | None = None,
) -> list[Offer]:
    """Read the offers of variants, and of all variants of products, by their ids. One statement reads them.

    Those that are not on sale are read too. ``group`` is the id of the buyer's customer group.
    """
    if not products and not variants:
        return []
    products, variants = products or [None], variants or [None]
    statement = _OFFERS.format(products=places(len(products)), variants=places(len(variants)))
    return [
        offer_read(row, currency=currency) for row in fetch(statement, currency, currency, group, *products, *variants)
    ]


def offer_of(*, variant: int | None = None, product: int | None = None, currency: str) -> Offer:
    """Read the offer of a variant (by id), or else of the only variant of a product (by id).

    Raise ``VariantNotFound``, ``ProductNotFound``, ``NotForSale`` or ``VariantNeeded`` as ``Wanted.choose`` does.
    """
    if variant is None and product is None:
        raise TypeError("Name a variant or a product.")
    offers = offers_of(products=[product], variants=[variant], currency=currency)
    return Wanted(product=product, variant=variant).choose(offers)


def offer_of_variant(variant_id: int, *, currency: str) -> Offer:
    """Read the offer of a variant. Raise ``VariantNotFound`` when it does not exist or is not on sale."""
    return offer_of(variant=variant_id, currency=currency)


def offer_of_product(product_id: int, *, currency: str) -> Offer:
    """Read the offer of the only variant of a product.

    Raise ``ProductNotFound`` when the product does not exist or is not on sale, ``NotForSale`` when it has no active
    variant, and ``VariantNeeded`` when it has several.
    """
    return offer_of(product=product_id, currency=currency)


def line_items(wanted: Sequence[ProductLine], *, currency: str) -> list[LineItem]:
    """Read an offer for each line: the offer of the named variant, or else of the product's default variant.

    Raise ``VariantNotFound`` when the variant is not on sale or belongs to another product, ``ProductNotFound`` when
    the product is not on sale, and ``NotForSale`` when the product has no active variant.
    """
    offers = offers_of(products={line.product for line in wanted}, currency=currency)
    return [
        LineItem(Wanted(line.product, line.variant, takes_default=True).choose(offers), line.quantity)
        for line in wanted
    ]


def default_offers(product_ids: Iterable[int], *, currency: str, group: int | None = None) -> dict[int, Offer]:
    """Read the offers of the products' default variants in one statement, by product id.

    ``group`` is the id of the buyer's customer group. Products without an active variant are left out.
    """
    found = offers_of(products=set(product_ids), currency=currency, group=group)
    offers = [offer for offer in found if offer.variant.is_active]
    # The last one of a product stays, so that is the one that ranks first.
    return {offer.variant.product_id: offer for offer in sorted(offers, key=_rank, reverse=True)}


def _rank(offer: Offer) -> tuple[int, bool, int, int]:
    """Return what to sort a product's active variants by, the default variant first.

    The default variant is the one that staff chose, as long as it can be bought, or else the first variant that can be
    bought, in the product's order. When the product is sold out, it is the chosen variant, or else the first one with
    a price. ``_by_rank`` says the same in a statement, for lists that are sorted by it.
    """
    variant = offer.variant
    has_stock = offer.stock is None or offer.stock > 0
    rank = 2 if offer.price is None else 0 if has_stock else 1
    return rank, variant.pk != variant.product.default_variant_id, variant.position, variant.pk


def with_default_price(products: ProductQuerySet, *, currency: str) -> ProductQuerySet:
    """Add the column ``price``: what the default variant costs in ``currency``, or ``None`` when there is none."""
    return products.annotate(price=Subquery(_by_rank(currency).values("price")[:1]))


def _by_rank(currency: str) -> QuerySet[Any]:
    """Select the active variants of the outer query's product, the default variant first (see ``_rank``)."""
    in_stock = Q(track_inventory=False) | Exists(
        StockItem.objects.filter(variant=OuterRef("pk"), on_hand__gt=F("reserved"))
    )
    rank = Case(When(price=None, then=2), When(in_stock, then=0), default=1)
    chosen_first = Case(When(pk=F("product__default_variant"), then=0), default=1)
    variants = variants_on_offer(currency=currency).filter(product=OuterRef("pk"))
    ranked = variants.annotate(rank=rank, chosen_first=chosen_first)
    return ranked.order_by("rank", "chosen_first", "position", "pk")
