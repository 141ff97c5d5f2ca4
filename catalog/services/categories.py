"""Write the tree of categories."""

from typing import Unpack

from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from treebeard.exceptions import PathOverflow

from accounts.audit import update_audited
from catalog.errors import CategoryInUse, CategoryNotFound, CategoryTooDeep
from catalog.fields import CategoryChanges
from catalog.html import clean_html
from catalog.models import Category, Product, ProductStatus
from catalog.services.slugs import free_category_slug, good_slug, slug_claimed
from catalog.services.versions import lock_products, products_touch
from catalog.versions import category_tag
from utils.versions import Versions, require_version

# The key of the PostgreSQL advisory lock that additions to the tree take.
_TREE_LOCK = 7_304_117


def category_create(*, name: str, slug: str = "", description: str = "", parent: Category | None = None) -> Category:
    """Create a category under ``parent``, or at the root. Without ``slug`` a free one is derived from the name.

    Raise ``BadSlug``, ``SlugTaken``, ``CategoryTooDeep``, or ``CategoryNotFound`` when ``parent`` no longer exists.
    """
    category = Category(name=name, slug=good_slug(slug) if slug else "", description=clean_html(description))
    try:
        with slug_claimed(category):
            _lock_tree()
            category.slug = category.slug or free_category_slug(name)
            if parent:
                return Category.objects.add_child(parent, instance=category)
            return Category.objects.add_root(instance=category)
    except Category.DoesNotExist as error:
        raise CategoryNotFound from error
    except PathOverflow as error:
        raise CategoryTooDeep(field="parent") from error


def category_ensure(*, slug: str) -> Category:
    """Return the category with this slug; when there is none, create it at the root with the slug as its name.

    Raise ``BadSlug`` when a category is to be created and can't have this slug.
    """
    if found := Category.objects.filter(slug=slug).first():
        return found
    with transaction.atomic():
        _lock_tree()
        return Category.objects.filter(slug=slug).first() or category_create(name=slug, slug=slug)


def _lock_tree() -> None:
    """Lock the tree, so that no other transaction adds a category until this one ends.

    Each addition moves other categories to make room, so two additions at once could deadlock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def category_update(*, category: Category, expected: Versions = None, **fields: Unpack[CategoryChanges]) -> Category:
    """Change a category's name, slug or description.

    ``expected`` are the versions that the caller may change (``catalog.versions``). Raise ``BadSlug``, ``SlugTaken``,
    ``VersionChanged``, or ``CategoryNotFound`` when the category no longer exists.
    """
    if "slug" in fields:
        fields["slug"] = good_slug(fields["slug"])
    if "description" in fields:
        fields["description"] = clean_html(fields["description"])
    with slug_claimed(category):
        # Products are locked before their category, as in the functions that edit products and delete categories.
        category_touch(category=category)
        try:
            category.refresh_from_db(from_queryset=Category.objects.select_for_update(no_key=True))
        except Category.DoesNotExist as error:
            raise CategoryNotFound from error
        require_version(category_tag(category), expected)
        for name, value in fields.items():
            setattr(category, name, value)
        category.save(update_fields=list(fields))
    return category


def category_touch(*, category: Category) -> None:
    """Give all products of the category a new ``updated_at``, because they show the category's name.

    Cached cards of these products may show the old name; they are then no longer used (``products_touch``).
    """
    products_touch(product_ids=lock_products(category.products.all()))


def category_delete(*, category: Category) -> None:
    """Delete a category that holds no categories and no products except archived ones.

    Archived products stay, without a category. Deleting a category also deletes all categories below it, so the lock
    keeps others from being added meanwhile. Products are locked before the category, as when they are edited.

    Raise ``CategoryInUse`` when the category holds anything, and ``CategoryNotFound`` when it no longer exists.
    """
    try:
        with transaction.atomic():
            archived = lock_products(category.products.filter(status=ProductStatus.ARCHIVED))
            locked = Category.objects.select_for_update().filter(pk=category.pk).first()
            if locked is None:
                raise CategoryNotFound
            products = locked.products.exclude(pk__in=archived).count()
            if locked.numchild or products:
                raise CategoryInUse(categories=locked.numchild, products=products)
            update_audited(Product.objects.filter(pk__in=archived), category=None, updated_at=timezone.now())
            locked.delete()
    except ProtectedError as error:
        raise CategoryInUse from error
