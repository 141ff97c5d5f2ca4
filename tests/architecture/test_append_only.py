"""The ledgers of stock and money, the orders' history and the audit log are append-only.

The models refuse to change or delete a row, and so does PostgreSQL.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from accounts.models import AuditAction, AuditEntry
from payments.models import Payment
from payments.services import payment_confirm
from tests.support.rows import all_rows, changed
from tests.support.world import World
from utils.models import AppendOnlyModel

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel)]
# They rewrite the actor, a column that all of these tables have.
REWRITES: dict[str, Callable[[Any], Any]] = {
    "save": lambda row: row.save(),
    "save of one field": lambda row: row.save(update_fields=["actor"]),
    "delete": lambda row: row.delete(),
    "update of all": lambda row: type(row).objects.update(actor=row.actor),
    "update of some": lambda row: type(row).objects.filter(pk=row.pk).update(actor=row.actor),
    "bulk update": lambda row: type(row).objects.bulk_update([row], ["actor"]),
    "update or create": lambda row: type(row).objects.update_or_create(pk=row.pk, defaults={"actor": None}),
    "delete of all": lambda row: type(row).objects.all().delete(),
}


@pytest.fixture(params=MODELS, ids=lambda model: model._meta.label)
def row(request: pytest.FixtureRequest, world: World, db: None) -> Model:
    if request.param is AuditEntry:
        AuditEntry.objects.create(actor=world.seller, action=AuditAction.ACTED, route="POST /", request_id="-")
    payment_confirm(payment_id=Payment.objects.get(number=world.carla.payment).pk)
    return request.param.objects.first()


def test_the_ledgers_the_history_and_the_audit_log_are_such_tables() -> None:
    assert {model._meta.label for model in MODELS} == {
        "accounts.AuditEntry",
        "inventory.StockMovement",
        "orders.OrderStatusChange",
        "payments.PaymentEntry",
    }


@pytest.mark.parametrize("rewrite", REWRITES)
def test_the_model_refuses_to_rewrite(row: Model, rewrite: str) -> None:
    before = all_rows()
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        REWRITES[rewrite](row)
    assert changed(before, all_rows()) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has the trigger")
@pytest.mark.parametrize("statement", ["UPDATE {table} SET actor_id = NULL", "DELETE FROM {table}"])
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
