"""Read offers (variants with their current price and stock), and find a product's default variant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from catalog.errors import NotForSale, ProductNotFound, VariantNeeded, VariantNotFound
from catalog.models import Product, ProductStatus, Variant
from catalog.querysets import ProductQuerySet
from catalog.selectors import products_on_sale, variants_on_offer
from inventory.models import StockItem
from inventory.selectors import with_stock
from utils.errors import DomainError


@dataclass(frozen=True)
class Offer:
    """Hold a variant with its current price and stock.

    ``price`` is what one piece costs in ``currency``, or ``None`` when the variant is not sold in that currency.
    ``stock`` is the number of pieces for sale, or ``None`` when they are not counted.
    """

    variant: Variant
    price: Decimal | None
    currency: str
    stock: int | None


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


def _offer(row: Any) -> Offer:
    return Offer(variant=row, price=row.price, currency=row.currency, stock=row.stock)


def _offers(currency: str) -> QuerySet[Variant]:
    """Select active variants with their product, ``price`` in ``currency`` and ``stock``."""
    on_offer = with_stock(variants_on_offer(currency=currency))
    return on_offer.select_related("product").defer("product__description", "product__search_text")


def _on_sale(currency: str) -> QuerySet[Variant]:
    return _offers(currency).filter(product__status=ProductStatus.ACTIVE)


def offer_of(*, variant: int | None = None, product: int | None = None, currency: str) -> Offer:
    """Read the offer of a variant (by id), or else of the only variant of a product (by id).

    Raise ``VariantNotFound``, ``ProductNotFound``, ``NotForSale`` or ``VariantNeeded`` as ``offer_of_variant`` and
    ``offer_of_product`` do.
    """
    if variant is not None:
        return offer_of_variant(variant, currency=currency)
    if product is None:
        raise TypeError("Name a variant or a product.")
    return offer_of_product(product, currency=currency)


def offer_of_variant(variant_id: int, *, currency: str) -> Offer:
    """Read the offer of a variant. Raise ``VariantNotFound`` when it does not exist or is not on sale."""
    found = _on_sale(currency).filter(pk=variant_id).first()
    if found is None:
        raise VariantNotFound
    return _offer(found)


def offer_of_product(product_id: int, *, currency: str) -> Offer:
    """Read the offer of the only variant of a product.

    Raise ``ProductNotFound`` when the product does not exist or is not on sale, ``NotForSale`` when it has no active
    variant, and ``VariantNeeded`` when it has several.
    """
    found = list(_on_sale(currency).filter(product=product_id)[:2])
    if not found:
        raise _missing(product_id)
    if len(found) > 1:
        raise VariantNeeded(field="variant")
    return _offer(found[0])


def line_items(wanted: Sequence[ProductLine], *, currency: str) -> list[LineItem]:
    """Read an offer for each line: the offer of the named variant, or else of the product's default variant.

    Raise ``VariantNotFound`` when the variant is not on sale or belongs to another product, ``ProductNotFound`` when
    the product is not on sale, and ``NotForSale`` when the product has no active variant.
    """
    on_sale = _on_sale(currency)
    defaults = default_offers({each.product for each in wanted if each.variant is None}, on_sale, currency=currency)
    named = {row.pk: _offer(row) for row in on_sale.filter(pk__in={each.variant for each in wanted if each.variant})}
    return [LineItem(_chosen(each, defaults, named), each.quantity) for each in wanted]


def line_item(wanted: ProductLine, *, currency: str) -> LineItem:
    """Read the offer for one line, as ``line_items`` does."""
    (found,) = line_items([wanted], currency=currency)
    return found


def _chosen(wanted: ProductLine, defaults: dict[int, Offer], named: dict[int, Offer]) -> Offer:
    """Return the offer of the variant that ``wanted`` names, or else of its product's default variant.

    ``defaults`` holds the offers of default variants by product id, and ``named`` the offers of named variants by
    variant id. Raise ``VariantNotFound`` when the named variant has no offer or belongs to another product. If no
    variant is named, raise ``ProductNotFound`` when the product is not on sale, or ``NotForSale`` when it has no active
    variant.
    """
    found = defaults.get(wanted.product) if wanted.variant is None else named.get(wanted.variant)
    if found is not None and found.variant.product_id == wanted.product:
        return found
    if wanted.variant is not None:
        raise VariantNotFound(field="variant")
    raise _missing(wanted.product)


def _missing(product_id: int) -> DomainError:
    """Return the error for a product without an offer, which either has no active variant or is not on sale."""
    return NotForSale() if products_on_sale().filter(pk=product_id).exists() else ProductNotFound()


def default_offers(
    product_ids: Iterable[int], among: QuerySet[Variant] | None = None, *, currency: str
) -> dict[int, Offer]:
    """Read the offers of the products' default variants in one statement, by product id.

    ``among`` are the variants to choose from; all active ones when it is left out. Products without a default variant
    are left out.
    """
    products = Product.objects.filter(pk__in=set(product_ids)).annotate(
        default=Subquery(_by_rank(currency).values("pk")[:1])
    )
    offers = _offers(currency) if among is None else among
    return {row.product_id: _offer(row) for row in offers.filter(pk__in=products.values("default"))}


def with_default_price(products: ProductQuerySet, *, currency: str) -> ProductQuerySet:
    """Add the column ``price``: what the default variant costs in ``currency``, or ``None`` when there is none."""
    return products.annotate(price=Subquery(_by_rank(currency).values("price")[:1]))


def _by_rank(currency: str) -> QuerySet[Any]:
    """Select the active variants of the outer query's product, the default variant first.

    The default variant is the one that staff chose, if it can be bought, or else the first variant that can be bought,
    in the product's order. When the product is sold out, it is the chosen variant, or else the first one with a price.
    """
    in_stock = Q(track_inventory=False) | Exists(
        StockItem.objects.filter(variant=OuterRef("pk"), on_hand__gt=F("reserved"))
    )
    rank = Case(When(price=None, then=2), When(in_stock, then=0), default=1)
    chosen_first = Case(When(pk=F("product__default_variant"), then=0), default=1)
    variants = variants_on_offer(currency=currency).filter(product=OuterRef("pk"))
    ranked = variants.annotate(rank=rank, chosen_first=chosen_first)
    return ranked.order_by("rank", "chosen_first", "position", "pk")
