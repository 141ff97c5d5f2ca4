"""Names for addresses: free ones, and never one that would be read as an id."""

from django.utils.text import slugify

from catalog.errors import BadSlug
from catalog.models import Category, Product


def free_slug(name: str) -> str:
    base = _slug_base(name, 240, "product")
    taken = set(Product.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return _first_free(base, taken)


def free_category_slug(name: str) -> str:
    base = _slug_base(name, 120, "category")
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return _first_free(base, taken)


def _slug_base(name: str, length: int, kind: str) -> str:
    """Never digits alone: addresses take those for an id."""
    base = slugify(name, allow_unicode=True)[:length]
    return f"{kind}-{base}" if base.isdigit() else base or kind


def refuse_digits(slug: str) -> None:
    if slug.isdigit():
        raise BadSlug(field="slug")


def _first_free(base: str, taken: set[str]) -> str:
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
