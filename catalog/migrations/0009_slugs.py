"""Give slugs their one spelling, and rename those that no URL could reach, such as ``2024`` and ``search``."""

from django.db import migrations
from django.utils import timezone

import utils.slugs
from utils.slugs import NOT_A_SLUG, fault_of, first_free, normal_slug, slugify, usable_slug

# Shorter than the columns, to leave room for a number at the end and for the kind (``product-``) at the start.
_LONGEST_PRODUCT_BASE = 240
_LONGEST_CATEGORY_BASE = 120


def rename(apps, editor):
    products = apps.get_model("catalog", "Product").objects
    now = timezone.now()
    # The cached cards show the slug, and are outdated only when their product has a newer time.
    for pk, slug in _renamed(products, kind="product", length=_LONGEST_PRODUCT_BASE):
        products.filter(pk=pk).update(slug=slug, updated_at=now)
    categories = apps.get_model("catalog", "Category").objects
    for pk, slug in _renamed(categories, kind="category", length=_LONGEST_CATEGORY_BASE):
        categories.filter(pk=pk).update(slug=slug)
        products.filter(category=pk).update(updated_at=now)


def _renamed(rows, *, kind, length):
    """Yield the id and the new slug of each row whose slug changes, the oldest first, so that every run is the same."""
    slugs = dict(rows.order_by("pk").values_list("pk", "slug"))
    taken = set(slugs.values())
    for pk, slug in slugs.items():
        spelt = normal_slug(slug)
        if fault_of(spelt) == NOT_A_SLUG:
            spelt = slugify(slug) or kind
        if usable_slug(spelt, kind=kind) != slug:
            better = first_free(usable_slug(spelt[:length], kind=kind), taken)
            taken.add(better)
            yield pk, better


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_lookups")]

    operations = [
        migrations.AlterField(
            model_name="category",
            name="slug",
            field=utils.slugs.SlugField(max_length=140, unique=True),
        ),
        migrations.AlterField(
            model_name="product",
            name="slug",
            field=utils.slugs.SlugField(max_length=255, unique=True),
        ),
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
