"""The triggers that change the revision stand the migrations, restores and releases that come."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models, transaction
from django.db.migrations import Migration

from catalog.models import Product
from inventory.models import StockItem
from inventory.services import stock_count
from inventory.shown import CHANGES, follow_changes
from tests.factories import make_product, sole_variant
from utils import triggers
from utils.models import Revision
from utils.revisions import revision_now, whole_revision_now

pytestmark = pytest.mark.django_db(transaction=True)

ON_POSTGRES = connection.vendor == "postgresql"
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no schemas and functions")


@contextmanager
def migrating(*apps: str) -> Iterator[None]:
    """Send Django's signals as ``manage.py migrate`` does for migrations of ``apps``."""
    plan = [(Migration("9999_change", app), False) for app in apps]
    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default", plan=plan)
    try:
        yield
    finally:
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default", plan=plan)


def known() -> set[str]:
    with connection.cursor() as cursor:
        return set(triggers._known(cursor))


def wanted() -> set[str]:
    return {change.name for change in CHANGES}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def product() -> Product:
    return make_product("Lamp", stock_left=3)


def is_followed() -> bool:
    """Change a name, and return whether the revision tells."""
    before = revision_now()
    assert revision_now() == before
    Product.objects.update(name=f"Lamp {before}")
    return revision_now() != before


@pytest.mark.parametrize(
    ("model", "name", "other"),
    [
        (StockItem, "on_hand", models.BigIntegerField(default=0)),
        (Revision, "pieces", models.DecimalField(max_digits=20, decimal_places=0, default=0)),
    ],
)
def test_a_column_may_get_another_type(
    product: Product, model: type[models.Model], name: str, other: models.Field
) -> None:
    """Change the type of a column that triggers look at, and of one that they write. SQLite makes the tables anew."""
    present = model._meta.get_field(name)
    other.set_attributes_from_name(name)
    other.model = model
    seen = whole_revision_now()
    for before, after in ((present, other), (other, present)):
        with migrating(model._meta.app_label), connection.schema_editor() as editor:
            editor.alter_field(model, before, after, strict=True)
        assert known() == wanted()
        assert is_followed()
        stock_count(variant=sole_variant(product), counted=StockItem.objects.get().on_hand - 1)
        assert whole_revision_now().pieces != seen.pieces
        seen = whole_revision_now()


def test_nothing_is_current_while_there_are_no_triggers(product: Product) -> None:
    before = revision_now()
    with migrating("utils"):
        assert known() == set()
        seen = {before, *(revision_now() for _ in range(3))}
        Product.objects.update(name="Torch")
        assert len({*seen, revision_now()}) == 5
    assert revision_now() not in seen
    assert is_followed()


def test_triggers_stay_where_nothing_is_in_their_way(product: Product) -> None:
    before = revision_now()
    with migrating():
        assert known() == wanted()
    with migrating("payments"):
        assert known() == (wanted() if ON_POSTGRES else set())
    with migrating("accounts"):
        names = {change.name for change in CHANGES if change.table != "accounts_user"}
        assert known() == (names if ON_POSTGRES else set())
    assert revision_now() != before
    assert is_followed()


def test_a_trigger_that_does_something_else_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = wanted()
    template = "_ON_POSTGRES" if ON_POSTGRES else "_ON_SQLITE"
    monkeypatch.setattr(triggers, template, getattr(triggers, template).replace("AFTER", "BEFORE"))
    assert names & wanted() == set()


@on_postgres
def test_the_function_of_an_earlier_release_is_replaced(product: Product) -> None:
    run("CREATE OR REPLACE FUNCTION revision_change() RETURNS trigger AS $$BEGIN RETURN NULL; END$$ LANGUAGE plpgsql")
    assert not is_followed()
    follow_changes()
    assert is_followed()


@on_postgres
def test_a_restore_with_an_empty_search_path_is_followed(product: Product) -> None:
    before = revision_now()
    with transaction.atomic():
        run("SELECT pg_catalog.set_config('search_path', '', true)")  # as pg_dump writes it
        run("UPDATE public.catalog_product SET name = 'Restored'")
    assert (Product.objects.get().name, revision_now() != before) == ("Restored", True)


@on_postgres
def test_triggers_of_another_schema_are_not_ours(product: Product) -> None:
    change = next(change for change in CHANGES if (change.table, change.event) == ("catalog_product", "UPDATE"))
    run("CREATE SCHEMA another_shop")
    try:
        run("CREATE TABLE another_shop.catalog_product (id bigint)")
        run(change.creation.replace("ON catalog_product", "ON another_shop.catalog_product"))
        run(f"DROP TRIGGER {change.name} ON catalog_product")
        assert not is_followed()
        follow_changes()
        assert is_followed()
    finally:
        run("DROP SCHEMA another_shop CASCADE")


def test_a_restored_revision_does_not_come_to_what_was_seen_before(product: Product) -> None:
    backup = list(Revision.objects.values())
    Product.objects.update(name="Torch")
    seen = revision_now()
    Revision.objects.all().delete()
    Revision.objects.bulk_create([Revision(**row) for row in backup])
    Product.objects.update(name="Candle")
    assert revision_now() != seen
