"""Write products with their variants, prices and pictures, categories, and reviews."""

from catalog.services.bulk import products_lock, products_write
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
    product_submit,
    product_update,
    products_approve,
    products_withdraw,
    search_values,
    variant_create,
)
from catalog.services.reviews import review_delete, review_write, reviews_mark_purchased
from catalog.services.tiers import tier_delete, tier_set
from catalog.services.versions import changes_gathered, products_touch

__all__ = [
    "category_create",
    "category_delete",
    "category_ensure",
    "category_touch",
    "category_update",
    "changes_gathered",
    "image_add",
    "images_add",
    "price_ranges_refresh",
    "price_set",
    "product_archive",
    "product_create",
    "product_price_set",
    "product_submit",
    "product_update",
    "products_approve",
    "products_lock",
    "products_touch",
    "products_withdraw",
    "products_write",
    "review_delete",
    "review_write",
    "reviews_mark_purchased",
    "search_values",
    "tier_delete",
    "tier_set",
    "variant_create",
]
