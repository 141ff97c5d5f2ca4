from django.db import migrations, models

import utils.numbers

NUMBERED = ("Notification", "Thread", "ThreadMessage")


def fill(apps, schema_editor):
    for name in NUMBERED:
        utils.numbers.give_numbers(apps.get_model("notifications", name).objects.all())


def reword(apps, schema_editor):
    """Replace the ids of orders and threads by their numbers in the texts of existing notifications."""
    Notification = apps.get_model("notifications", "Notification")
    told = Notification.objects.select_related("order", "thread_message__thread").only(
        "message", "order__number", "thread_message__thread__number"
    )
    batch = []
    for row in told.iterator(chunk_size=1000):
        about = row.order or row.thread_message.thread
        row.message = row.message.replace(f"#{about.pk}", f"#{about.number}")
        batch.append(row)
        if len(batch) == 1000:
            Notification.objects.bulk_update(batch, ["message"])
            batch.clear()
    Notification.objects.bulk_update(batch, ["message"])


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_support_threads"), ("orders", "0004_hidden_orders")]

    operations = [
        *(
            migrations.AddField(name, "number", models.CharField(editable=False, max_length=20, null=True))
            for name in NUMBERED
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(reword, migrations.RunPython.noop),
    ]
