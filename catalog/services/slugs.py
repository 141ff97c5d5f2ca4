"""Choose free slugs for products and categories, and refuse slugs that are not allowed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Q

from catalog.errors import BadSlug, SlugTaken
from catalog.models import Category, Product
from utils.slugs import fault_of, first_free, normal_slug, slugify, usable_slug

# Shorter than the columns, to leave room for a number at the end and for ``product-`` at the start.
_LONGEST_PRODUCT_BASE = 240
_LONGEST_CATEGORY_BASE = 120
# When several requests want the same slug at the same moment, one of them succeeds at each try.
_TRIES = 100


def good_slug(slug: str) -> str:
    """Return a slug that a person chose, in the spelling in which slugs are stored.

    Raise ``BadSlug`` when it is not allowed.
    """
    slug = normal_slug(slug)
    if fault := fault_of(slug):
        raise BadSlug(fault)
    return slug


def free_slug(name: str) -> str:
    """Make a slug from a product's ``name`` that no product has at this moment."""
    return _free(Product, name, kind="product", length=_LONGEST_PRODUCT_BASE)


def free_category_slug(name: str) -> str:
    """Make a slug from a category's ``name`` that no category has at this moment."""
    return _free(Category, name, kind="category", length=_LONGEST_CATEGORY_BASE)


@contextmanager
def slug_claimed(row: Product | Category) -> Iterator[None]:
    """Run the block that writes ``row`` in its own transaction. Raise ``SlugTaken`` when another row has its slug."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if type(row).objects.exclude(pk=row.pk).filter(slug=row.slug).exists():
            raise SlugTaken from error
        raise


def insert_with_free_slug(product: Product, insert: Callable[[], object]) -> None:
    """Give ``product`` a free slug and call ``insert`` in its own transaction; try again when the slug was just taken.

    Raise ``SlugTaken`` when the slug was taken at every try.
    """
    for tries_left in reversed(range(_TRIES)):
        product.slug = free_slug(product.name)
        try:
            with slug_claimed(product):
                insert()
                return
        except SlugTaken:
            if not tries_left:
                raise


def _free(model: type[Product] | type[Category], name: str, *, kind: str, length: int) -> str:
    base = usable_slug(slugify(name)[:length].strip("-_") or kind, kind=kind)
    alike = model.objects.filter(Q(slug=base) | Q(slug__startswith=f"{base}-"))
    return first_free(base, set(alike.values_list("slug", flat=True)))
