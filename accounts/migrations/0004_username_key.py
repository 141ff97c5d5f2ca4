import unicodedata

from django.db import migrations, models

import accounts.models


def fill(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    for user in User.objects.only("pk", "username").iterator():
        key = unicodedata.normalize("NFKC", user.username).strip().casefold()
        User.objects.filter(pk=user.pk).update(username_key=key)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_append_only")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="previous_email",
            field=models.EmailField(
                blank=True, editable=False, help_text="Until it was told", max_length=254, null=True
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="username_key",
            field=accounts.models.NameKeyField(editable=False, max_length=2700, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="username_key",
            field=accounts.models.NameKeyField(editable=False, max_length=2700, unique=True),
        ),
        migrations.RemoveConstraint(model_name="user", name="user_username_once"),
    ]
