from django.db import migrations, models

import accounts.models
import utils.names


def fill(apps, schema_editor):
    """Give each account the look of its name; among names that look alike already, only the oldest account gets it."""
    User = apps.get_model("accounts", "User")
    seen = set()
    for user in User.objects.only("pk", "username").order_by("pk").iterator():
        look = utils.names.name_look(user.username)
        if look not in seen:
            seen.add(look)
            User.objects.filter(pk=user.pk).update(username_look=look)


def spell_domains(apps, schema_editor):
    """One mailbox that has two accounts keeps them: the one whose domain is not ASCII goes on signing in by name."""
    User = apps.get_model("accounts", "User")
    for user in User.objects.exclude(email=None).only("pk", "email").iterator():
        email = utils.names.normalize_email(user.email)
        if email != user.email and not User.objects.filter(email=email).exists():
            User.objects.filter(pk=user.pk).update(email=email)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_previous_refresh_token")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(max_length=150, unique=True, validators=[utils.names.UsernameValidator()]),
        ),
        migrations.AddField(
            model_name="user",
            name="username_look",
            field=accounts.models.NameLookField(editable=False, max_length=2700, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(spell_domains, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="username_look",
            field=accounts.models.NameLookField(editable=False, max_length=2700, null=True, unique=True),
        ),
    ]
