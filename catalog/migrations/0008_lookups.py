from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_moderation")]

    operations = [
        migrations.AlterField(
            model_name="variant",
            name="barcode",
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["updated_at"], name="product_updated"),
        ),
    ]
