from django.db import migrations, models

import utils.numbers


def fill(apps, schema_editor):
    utils.numbers.give_numbers(apps.get_model("shipping", "Address").objects.all())


def number_column():
    return models.CharField(default=utils.numbers.new_number, editable=False, max_length=20, unique=True)


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial")]

    operations = [
        migrations.AddField("address", "number", models.CharField(editable=False, max_length=20, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("address", "number", number_column()),
    ]
