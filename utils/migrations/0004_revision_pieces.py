from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("utils", "0003_revision")]

    operations = [
        migrations.AddField(model_name="revision", name="pieces", field=models.BigIntegerField(default=0)),
    ]
