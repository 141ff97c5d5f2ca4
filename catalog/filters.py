"""The query parameters of product lists."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from rest_framework.exceptions import ValidationError

from catalog.errors import CategoryNotFound
from catalog.models import MAX_KEY_LENGTH, Category, Product, Variant
from catalog.selectors import categories_below, category_get
from inventory.models import Listing
from inventory.selectors import products_in_stock
from utils.api.currencies import currency_of
from utils.api.filters import AfterFilter, StableOrderingFilter, StrictBooleanFilter, StrictFilterSet
from utils.money import DECIMAL_PLACES, MAX_DIGITS
from utils.text import fold

# The column's own limits, because PostgreSQL refuses numbers of many thousand digits.
_PRICE: dict[str, Any] = {"min_value": 0, "max_digits": MAX_DIGITS, "decimal_places": DECIMAL_PLACES}


def _category(name: str, value: str) -> Category:
    """Return the category that the parameter ``name`` asks for. Raise ``ValidationError`` when there is none."""
    try:
        return category_get(value)
    except CategoryNotFound as error:
        raise ValidationError({name: [error.detail]}, code=error.code) from error


class ProductFilter(StrictFilterSet):
    """Filter and order product lists. Prices are in the currency that the request asks for."""

    category = django_filters.CharFilter(
        method="in_category", max_length=140, help_text="Id, slug or name; its sub-categories are included"
    )
    brand = django_filters.CharFilter(method="of_brand", max_length=120)
    min_price = django_filters.NumberFilter(method="from_price", **_PRICE)
    max_price = django_filters.NumberFilter(method="to_price", **_PRICE)
    in_stock = StrictBooleanFilter(method="with_stock")
    search = django_filters.CharFilter(method="with_words", max_length=255, help_text="Words that must all occur")
    sku = django_filters.CharFilter(method="with_variant", max_length=100)
    barcode = django_filters.CharFilter(method="with_variant", max_length=64)
    updated_after = AfterFilter(field_name="updated_at")
    currency = django_filters.CharFilter(method="in_currency", help_text="The currency of the prices")
    ordering = StableOrderingFilter(fields=["id", "price", "name", "created_at", "updated_at", "rating"])

    # The column that holds the product's id.
    product = "pk"

    class Meta:
        model = Product
        fields: list[str] = []

    def filter_queryset(self, products: Any) -> QuerySet:
        """Filter and order ``products``, and join their prices only when a parameter needs them.

        The join is as slow as reading a page far down the list.
        """
        asked = self.form.cleaned_data
        by_price = any("price" in name for name in asked["ordering"] or ())
        if by_price or asked["min_price"] is not None or asked["max_price"] is not None:
            products = self.priced(products)
        return super().filter_queryset(products)

    def priced(self, products: Any) -> Any:
        """Add the column ``price``, which the price filters and the ordering read."""
        return products.priced_in(currency_of(self.request))

    def in_currency(self, products: Any, name: str, value: str) -> QuerySet:
        return products  # the view and ``priced`` ask ``currency_of``

    def in_category(self, products: Any, name: str, value: str) -> QuerySet:
        return products.below(_category(name, value).path)

    def of_brand(self, products: Any, name: str, value: str) -> QuerySet:
        return products.filter(brand_key=fold(value)[:MAX_KEY_LENGTH])

    def with_variant(self, products: Any, name: str, value: str) -> QuerySet:
        variants = Variant.objects.filter(product=OuterRef(self.product), is_active=True, **{name: value})
        return products.filter(Exists(variants))

    def from_price(self, products: Any, name: str, value) -> QuerySet:
        return products.dearer_or_equal(value)

    def to_price(self, products: Any, name: str, value) -> QuerySet:
        return products.cheaper_or_equal(value)

    def with_stock(self, products: Any, name: str, value: bool) -> QuerySet:
        return products_in_stock(products, in_stock=value)

    def with_words(self, products: Any, name: str, value: str) -> QuerySet:
        return products.search(value)


class ListingFilter(ProductFilter):
    """Filter and order the read model of product lists, by the same parameters and with the same answers."""

    ordering = StableOrderingFilter(
        fields={"product_id": "id"} | {name: name for name in ("price", "name", "created_at", "updated_at", "rating")},
        unique="product_id",
    )
    product = "product_id"

    class Meta:
        model = Listing
        fields: list[str] = []

    def priced(self, products: Any) -> Any:
        return products

    def in_category(self, products: Any, name: str, value: str) -> QuerySet:
        return products.filter(category__in=categories_below(_category(name, value)))

    def from_price(self, products: Any, name: str, value) -> QuerySet:
        return products.filter(price__gte=value)

    def to_price(self, products: Any, name: str, value) -> QuerySet:
        return products.filter(price__lte=value)

    def with_stock(self, products: Any, name: str, value: bool) -> QuerySet:
        return products.filter(in_stock=value)
