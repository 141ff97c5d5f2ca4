"""Versions of products and categories: they change with what is shown, apart from stock."""

from datetime import datetime

from catalog.models import Category
from utils.versions import version_of


def product_tag(pk: int, updated_at: datetime) -> str:
    """Name the state of a product; whatever it shows moves ``updated_at`` (``catalog.services.products_touch``)."""
    return version_of("product", pk, updated_at.timestamp())


def category_tag(category: Category) -> str:
    """Name the state of a category."""
    return version_of("category", category.pk, category.name, category.slug, category.description, category.path)
