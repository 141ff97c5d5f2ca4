"""Slugs that are free, and the refusal of those that can't be one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Q

from catalog.errors import BadSlug, SlugTaken
from catalog.models import Category, Product
from utils.slugs import fault_of, first_free, normal_slug, slugify, usable_slug

# Room for the number behind it, and for the kind before it.
_LONGEST_PRODUCT_BASE = 240
_LONGEST_CATEGORY_BASE = 120
# Of callers who take the same names at the same moment, one gets through at each try.
_TRIES = 100


def good_slug(slug: str) -> str:
    """Give a slug that somebody chose in its stored spelling. Raises ``BadSlug``."""
    slug = normal_slug(slug)
    if fault := fault_of(slug):
        raise BadSlug(fault)
    return slug


def free_slug(name: str) -> str:
    """Make a slug of a product's ``name`` that no product has at this moment."""
    return _free(Product, name, kind="product", length=_LONGEST_PRODUCT_BASE)


def free_category_slug(name: str) -> str:
    """Make a slug of a category's ``name`` that no category has at this moment."""
    return _free(Category, name, kind="category", length=_LONGEST_CATEGORY_BASE)


@contextmanager
def slug_claimed(row: Product | Category) -> Iterator[None]:
    """Hold what writes ``row`` in a transaction of its own. Raises ``SlugTaken`` when another row has its slug."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if type(row).objects.exclude(pk=row.pk).filter(slug=row.slug).exists():
            raise SlugTaken from error
        raise


def insert_with_free_slug(product: Product, insert: Callable[[], object]) -> None:
    """Call ``insert`` in a transaction of its own, with another slug for as long as somebody else takes it meanwhile.

    Raises ``SlugTaken`` when that happens every time.
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
