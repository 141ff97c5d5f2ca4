"""Versions of products and categories. A version changes when anything changes that is shown, except stock."""

from datetime import datetime

from catalog.models import Category
from utils.versions import version_of


def product_tag(pk: int, updated_at: datetime) -> str:
    """Return the version of a product.

    ``updated_at`` changes whenever something changes that the product shows (``catalog.services.products_touch``).
    """
    return version_of("product", pk, updated_at.timestamp())


def category_tag(category: Category) -> str:
    """Return the version of a category."""
    return version_of("category", category.pk, category.name, category.slug, category.description, category.path)
