"""Writes: products, their variants and prices, categories, reviews."""

from catalog.services.categories import (
    category_create,
    category_delete,
    category_ensure,
    category_touch,
    category_update,
)
from catalog.services.prices import price_ranges_refresh, price_set, product_price_set
from catalog.services.products import (
    image_add,
    images_add,
    product_archive,
    product_create,
    product_update,
    search_values,
    variant_create,
)
from catalog.services.reviews import review_delete, review_write
from catalog.services.versions import products_touch

__all__ = [
    "category_create",
    "category_delete",
    "category_ensure",
    "category_touch",
    "category_update",
    "image_add",
    "images_add",
    "price_ranges_refresh",
    "price_set",
    "product_archive",
    "product_create",
    "product_price_set",
    "product_update",
    "products_touch",
    "review_delete",
    "review_write",
    "search_values",
    "variant_create",
]
