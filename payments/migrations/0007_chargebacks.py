import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Refunds from before went against the newest capture of their payment."""
    Entry, Refund = apps.get_model("payments", "PaymentEntry"), apps.get_model("payments", "Refund")
    for refund in Refund.objects.filter(receipt="").iterator():
        captures = Entry.objects.filter(payment_id=refund.payment_id, kind="capture").order_by("-pk")
        receipt = captures.values_list("receipt", flat=True).first()
        if receipt:
            Refund.objects.filter(pk=refund.pk).update(receipt=receipt)


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_refund_receipts_and_apps")]

    operations = [
        migrations.AddField(
            model_name="paymententry",
            name="reverses",
            field=models.ForeignKey(
                blank=True,
                help_text="The capture that a bank took back",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.paymententry",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
