"""Mark the reviews of products that their writers had ordered before."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef


def mark(apps: Any, schema_editor: Any) -> None:
    lines = apps.get_model("orders", "OrderLine").objects.filter(
        order__user=OuterRef("user"),
        product=OuterRef("product"),
        order__status__in=["confirmed", "processing", "shipped", "delivered"],
    )
    apps.get_model("catalog", "Review").objects.filter(Exists(lines)).update(is_verified_purchase=True)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_caps_on_unpaid_orders"),
        ("catalog", "0007_moderation"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop, elidable=True)]
