"""The stock ledger and the orders' history only ever grow: the models see to it, and so does the database itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from tests.support.rows import all_rows, changed
from tests.support.world import World
from utils.models import AppendOnlyModel

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel)]
REWRITES: dict[str, Callable[[Any], Any]] = {
    "save": lambda row: row.save(),
    "save of one field": lambda row: row.save(update_fields=["created_at"]),
    "delete": lambda row: row.delete(),
    "update of all": lambda row: type(row).objects.update(created_at=row.created_at),
    "update of some": lambda row: type(row).objects.filter(pk=row.pk).update(created_at=row.created_at),
    "bulk update": lambda row: type(row).objects.bulk_update([row], ["created_at"]),
    "update or create": lambda row: type(row).objects.update_or_create(pk=row.pk, defaults={"created_at": None}),
    "delete of all": lambda row: type(row).objects.all().delete(),
}


@pytest.fixture(params=MODELS, ids=lambda model: model._meta.label)
def row(request: pytest.FixtureRequest, world: World, db: None) -> Model:
    return request.param.objects.first()


def test_the_ledger_and_the_history_are_such_tables() -> None:
    assert {model._meta.label for model in MODELS} == {"inventory.StockMovement", "orders.OrderStatusChange"}


@pytest.mark.parametrize("rewrite", REWRITES)
def test_the_model_refuses_to_rewrite(row: Model, rewrite: str) -> None:
    before = all_rows()
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        REWRITES[rewrite](row)
    assert changed(before, all_rows()) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has the trigger")
@pytest.mark.parametrize("statement", ["UPDATE {table} SET created_at = now()", "DELETE FROM {table}"])
def test_postgresql_refuses_to_rewrite(row: Model, statement: str) -> None:
    table = row._meta.db_table
    before = all_rows()
    with (
        pytest.raises(IntegrityError, match=f"{table} is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table))
    assert changed(before, all_rows()) == []
