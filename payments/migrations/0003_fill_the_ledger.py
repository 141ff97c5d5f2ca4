from django.db import migrations

from payments.models import new_number


def fill(apps, schema_editor):
    """Numbers for payments from before, and their captures as ledger entries."""
    Payment, Entry = apps.get_model("payments", "Payment"), apps.get_model("payments", "PaymentEntry")
    for payment in Payment.objects.iterator():
        payment.number = new_number()
        if payment.state == "captured":
            payment.captured_amount = payment.amount
            entry = Entry.objects.create(
                payment=payment,
                kind="capture",
                method=payment.method,
                amount=payment.amount,
                currency=payment.currency,
                actor_id=payment.confirmed_by_id,
            )
            Entry.objects.filter(pk=entry.pk).update(created_at=payment.captured_at)
        payment.save(update_fields=["number", "captured_amount"])


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_gateways")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
