from django.db import migrations, models

import utils.numbers


class Migration(migrations.Migration):
    """Make the numbers unique. This is a migration of its own because of PostgreSQL.

    PostgreSQL alters no table whose rows the same transaction has changed twice.
    """

    dependencies = [("notifications", "0003_numbers")]

    operations = [
        migrations.AlterField(
            name,
            "number",
            models.CharField(default=utils.numbers.new_number, editable=False, max_length=20, unique=True),
        )
        for name in ("Notification", "Thread", "ThreadMessage")
    ]
