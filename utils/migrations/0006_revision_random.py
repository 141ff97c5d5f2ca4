"""Drop the trigger function of earlier releases; ``utils.triggers.revision_follows`` makes the new one."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def drop(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION IF EXISTS revision_grow()")


class Migration(migrations.Migration):
    dependencies = [("utils", "0005_outbox_subjects")]

    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
