from django.db import migrations


def note(apps, schema_editor):
    """Note with each order whether its latest way of paying is one that is paid later."""
    Payment, Order = apps.get_model("payments", "Payment"), apps.get_model("orders", "Order")
    latest: dict[int, str] = dict(Payment.objects.order_by("pk").values_list("order_id", "method"))
    paid_later = [order for order, method in latest.items() if method in {"manual", "cash_on_delivery"}]
    for start in range(0, len(paid_later), 500):
        Order.objects.filter(pk__in=paid_later[start : start + 500]).update(is_paid_later=True)


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_closed_disputes"), ("orders", "0005_unpaid_orders")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
