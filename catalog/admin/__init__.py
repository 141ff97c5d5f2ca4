"""The admin pages of the catalogue."""

from catalog.admin import categories, products, reviews, variants

__all__ = ["categories", "products", "reviews", "variants"]
