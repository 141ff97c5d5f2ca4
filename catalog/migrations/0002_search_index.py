"""Add a trigram index on PostgreSQL, so that a search for a part of a word need not read every product."""

from django.db import migrations

CREATE = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX product_search_trigrams ON catalog_product USING gin (search_text gin_trgm_ops);
"""


def create(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(CREATE)


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX product_search_trigrams")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
