"""Fold the searched columns of existing rows: no letter case, no accents, one Unicode spelling."""

from django.db import migrations

from utils.text import fold

_AT_ONCE = 1000
_MAX_KEY_LENGTH = 255


def fold_rows(apps, editor):
    category_model, product_model = apps.get_model("catalog", "Category"), apps.get_model("catalog", "Product")
    categories = list(category_model.objects.only("name"))
    for category in categories:
        category.name_key = fold(category.name)[:_MAX_KEY_LENGTH]
    category_model.objects.bulk_update(categories, ["name_key"], batch_size=_AT_ONCE)
    batch = []
    for product in product_model.objects.only("name", "brand", "search_text").iterator(chunk_size=_AT_ONCE):
        # The text begins with the name, without a line end behind it. The rest already has one line per value.
        rest = product.search_text[len(product.name.lower()) :]
        lines = [fold(product.name), *filter(None, map(fold, rest.split("\n"))), ""]
        product.search_text = "\n".join(lines)
        product.brand_key = fold(product.brand)[:_MAX_KEY_LENGTH]
        batch.append(product)
        if len(batch) == _AT_ONCE:
            product_model.objects.bulk_update(batch, ["search_text", "brand_key"])
            batch = []
    product_model.objects.bulk_update(batch, ["search_text", "brand_key"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_search_keys")]

    operations = [migrations.RunPython(fold_rows, migrations.RunPython.noop)]
