"""Show products without variants, as the contracts do: each with the price and stock of its default variant."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.serializers import BaseSerializer

from catalog import selectors as catalog
from catalog.filters import ProductFilter
from catalog.querysets import ProductQuerySet
from catalog.views.cards import Version
from catalog.views.rows import product_cards
from inventory.offers import Offer, default_offers, with_default_price
from storefronts.joint import serializers
from utils.money import display


def product_rows(
    versions: Sequence[Version],
    *,
    card: type[BaseSerializer] = serializers.ProductCard,
    group: int | None = None,
) -> list[dict[str, Any]]:
    """Return the products as dicts, in the order of ``versions``, each with its default variant's price and stock.

    ``versions`` holds each product's id and ``updated_at``. ``card`` is the serializer of the product's other fields.
    ``group`` is the id of the customer group whose prices are shown (``catalog.selectors.shown_group``).
    """
    shown = product_cards(card, versions, load=catalog.product_rows_with_pictures, currency=settings.DEFAULT_CURRENCY)
    offers = default_offers(shown, currency=settings.DEFAULT_CURRENCY, group=group)
    return [{**shown[pk], **_offered(offers.get(pk))} for pk, _ in versions if pk in shown]


def _offered(offer: Offer | None) -> dict[str, Any]:
    if offer is None:
        return {"variant": None, "stock": 0, "in_stock": False}
    amount = offer.unit_price()
    price = None if amount is None else display(amount, offer.currency)
    in_stock = offer.stock is None or offer.stock > 0
    return {"variant": offer.variant.pk, "price": price, "stock": offer.stock or 0, "in_stock": in_stock}


def changes_only(product_id: int, fields: dict[str, Any]) -> dict[str, Any]:
    """Return ``fields`` without a price or stock that the product already has.

    So a client that sends back the price and stock that it read changes neither.
    """
    offer = default_offers([product_id], currency=settings.DEFAULT_CURRENCY).get(product_id)
    if offer is None:
        return fields
    shown = {"price": offer.price, "stock": offer.stock or 0}
    return {name: value for name, value in fields.items() if name not in shown or value != shown[name]}


class ShopProductFilter(ProductFilter):
    """Filter and order products by the price that the contracts show: the default variant's.

    The contracts know no other currency than the shop's own.
    """

    currency = None

    def priced(self, products: ProductQuerySet) -> ProductQuerySet:
        return with_default_price(products, currency=settings.DEFAULT_CURRENCY)

    def from_price(self, products: QuerySet, name: str, value: Decimal) -> QuerySet:
        return products.filter(price__gte=value)

    def to_price(self, products: QuerySet, name: str, value: Decimal) -> QuerySet:
        return products.filter(price__lte=value)
