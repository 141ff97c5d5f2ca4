import payments.models.payments
from django.db import migrations, models

from utils.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_fill_the_ledger")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="number",
            field=models.CharField(
                default=payments.models.payments.new_number, editable=False, max_length=24, unique=True
            ),
        ),
        append_only("payments_paymententry"),
    ]
