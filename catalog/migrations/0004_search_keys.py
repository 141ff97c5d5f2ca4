from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_payout_phone")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="name_key",
            field=models.CharField(db_index=True, default="", editable=False, max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="product",
            name="brand_key",
            field=models.CharField(blank=True, db_index=True, default="", editable=False, max_length=255),
            preserve_default=False,
        ),
    ]
