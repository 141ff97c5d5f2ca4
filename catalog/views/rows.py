"""Combine product cards from the cache with the current stock, for the views that show products."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from catalog.errors import ProductNotFound
from catalog.models import Product
from catalog.querysets import ProductQuerySet
from catalog.selectors import by_key, product_details
from catalog.versions import product_tag
from catalog.views.cards import Version, cards
from inventory.selectors import availability_by_product, available_by_variant
from utils.api.currencies import currency_of
from utils.api.outlines import moment_of, outline_of
from utils.money import shop_currency

Load = Callable[..., Iterable[Product]]
Row = dict[str, Any]
Rows = list[Row]


class ProductRowsMixin:
    """Serve a list of products page by page: cards from the cache, with the current stock.

    ``serializer_class`` documents a row. ``card`` is the serializer of the part that is kept in the cache, and ``load``
    reads the products with everything that a card shows.
    """

    card: ClassVar[type[BaseSerializer]]
    load: ClassVar[Load]

    def list(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.get_paginated_response(self.shown(self.versions()))

    def versions(self: Any) -> Sequence[Version]:
        """Read the ids of the products on the page, with the times of their last change."""
        found = self.filter_queryset(self.get_queryset())
        if getattr(self.paginator, "cursor_query_param", None) not in self.request.query_params:
            return self.paginate_queryset(found.values_list("pk", "updated_at"))
        page = self.paginate_queryset(found.defer("description", "search_text"))
        return [(product.pk, product.updated_at) for product in page]

    def shown(self: Any, versions: Sequence[Version]) -> Rows:
        return product_rows(self.card, versions, load=type(self).load, currency=currency_of(self.request))


def outlined_versions(view: Any) -> list[Version]:
    """Read the versions of the products on a page of a list that looks the same to everybody, by its outline.

    Its prices are in the shop's own currency.
    """

    def select() -> list[Any]:
        return [view.filter_queryset(view.get_queryset()).values_list("pk", "updated_at")]

    page = view.paginate_queryset(outline_of(view, select, currency=shop_currency()))
    return [(pk, moment_of(moment)) for pk, moment in page]


def product_cards(
    card: type[BaseSerializer], versions: Sequence[Version], *, load: Load, currency: str
) -> dict[int, dict[str, Any]]:
    """Return the card of each product, with prices in ``currency``, by product id."""
    return cards(card, versions, load=lambda ids: load(ids, currency=currency), currency=currency)


def product_rows(card: type[BaseSerializer], versions: Sequence[Version], *, load: Load, currency: str) -> Rows:
    """Return the products' cards in the order of ``versions``, each with ``stock`` and ``in_stock``.

    Prices are in ``currency``.
    """
    shown = product_cards(card, versions, load=load, currency=currency)
    stock = availability_by_product(shown)
    return [
        {**shown[pk], "stock": stock[pk].stock, "in_stock": stock[pk].in_stock} for pk, _ in versions if pk in shown
    ]


def product_version(products: ProductQuerySet, *, key: str | int) -> Version:
    """Return the id and ``updated_at`` of the product whose id or slug is ``key``.

    Raise ``ProductNotFound`` when it is not among ``products``.
    """
    found = by_key(products, key).values_list("pk", "updated_at").first()
    if found is None:
        raise ProductNotFound
    return found


def product_page(
    card: type[BaseSerializer], products: ProductQuerySet, *, key: str | int, currency: str
) -> tuple[Row, str]:
    """Return what the page of one product shows, with prices in ``currency``, and the version (ETag) of the product.

    ``card`` is the serializer class that shows a product, ``products`` are the products to look in, and ``key`` is the
    product's id or slug. ``stock`` and ``in_stock`` are added to what the serializer shows, and ``stock`` to each of
    its ``variants``. Raise ``ProductNotFound`` when ``products`` does not hold the product.
    """
    version = product_version(products, key=key)
    (shown,) = product_cards(card, [version], load=product_details, currency=currency).values()
    stock = available_by_variant([variant["id"] for variant in shown["variants"]])
    variants = [_with_stock(variant, stock) for variant in shown["variants"]]
    counted = sum(variant["stock"] or 0 for variant in variants)
    in_stock = counted > 0 or any(variant["stock"] is None for variant in variants)
    row = {**shown, "variants": variants, "stock": counted, "in_stock": in_stock}
    return row, product_tag(*version)


def _with_stock(variant: dict[str, Any], stock: dict[int, int]) -> dict[str, Any]:
    counted = stock.get(variant["id"], 0) if variant["track_inventory"] else None
    return {**variant, "stock": counted}
