"""The old orders that the benchmark makes are what the services would have written."""

import pytest
from django.apps import apps
from django.db import connection, models

from bench import catalogue, fill, history
from inventory.models import Reservation, StockMovement
from inventory.selectors import discrepancies
from orders.models import Order, OrderStatusChange
from orders.states import OrderStatus
from payments.audit import money_flaws
from shipping.models import ShipmentStatus
from utils.models import IdempotencyKey, OutboxEvent

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="It is written for PostgreSQL."),
]
ORDERS = 2_000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> catalogue.Catalogue:
    monkeypatch.setattr(fill, "CUSTOMERS", 50)
    made = catalogue.generate(products=60)
    fill.fill(made)
    history.history_write(made, ORDERS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def test_a_year_of_orders_that_add_up(small):
    assert Order.objects.count() == ORDERS
    assert discrepancies() == []
    assert list(money_flaws()) == []
    assert set(Order.objects.values_list("status", flat=True)) == {
        OrderStatus.CONFIRMED,
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.CANCELLED,
    }
    for order in Order.objects.prefetch_related("lines", "history").select_related("shipment")[:100]:
        assert order.subtotal == sum(line.total for line in order.lines.all())
        assert order.history.all()[len(order.history.all()) - 1].new_status == order.status
        assert (order.shipment.status == ShipmentStatus.PENDING) == (order.status == OrderStatus.CONFIRMED)
    assert not Order.objects.filter(lines__product=small.hot).exists()
    assert OutboxEvent.objects.exists()
    assert not OutboxEvent.objects.filter(delivered_at=None).exists()
    assert IdempotencyKey.objects.count() == pytest.approx(ORDERS / 365, abs=1)


def test_no_row_names_one_that_is_not_there(small):
    checked = 0
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey) and model._meta.managed:
                missing = model._base_manager.exclude(**{field.name: None})
                known = field.related_model._base_manager.values(field.target_field.name)
                assert not missing.exclude(**{f"{field.attname}__in": known}).exists(), field
                checked += 1
    assert checked > 30


def test_a_new_order_follows_the_old_ones(small):
    assert Order.objects.latest("pk").pk == ORDERS
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('orders_order', 'id'))")
        assert cursor.fetchone()[0] > ORDERS


def test_what_was_cancelled_never_left(small):
    cancelled = Order.objects.filter(status=OrderStatus.CANCELLED).values("number")
    assert cancelled.count() == ORDERS // 40
    assert not StockMovement.objects.filter(reference__in=cancelled).exists()
    assert set(Reservation.objects.filter(reference__in=cancelled).values_list("state", flat=True)) == {"released"}
    assert not OrderStatusChange.objects.filter(order__number__in=cancelled, new_status="confirmed").exists()
