from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_username_key")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="may_sell",
            field=models.BooleanField(
                default=True,
                help_text=(
                    "Cleared, this account puts nothing up for sale and changes no product. What it has on sale stays."
                ),
            ),
        ),
    ]
