"""Give the shop a year behind it: orders with all that they leave in the database, written by a few large statements.

The rows are what the services would have written, so ``manage.py verify_stock`` and ``manage.py audit_money`` find no
fault. Every order was paid on delivery. It was delivered, or is on its way, or was cancelled. The customers, the
variants and the prices are those that ``bench.fill`` made; the hot item is in no old order.

PostgreSQL checks foreign keys row by row, which would take most of the time. So these checks are off, and only a
superuser may turn them off. The triggers of other tables are off, too: nothing that guests see changes.
"""

from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from bench.catalogue import Catalogue
from cart.models import Cart, CartItem, CartStatus
from inventory.models import MovementKind, Reservation, ReservationState, StockMovement
from notifications.models import Notification
from orders.models import Order, OrderLine, OrderStatusChange
from orders.signals import order_placed, order_status_changed
from orders.states import OrderStatus, PaymentStatus
from payments.models import Payment, PaymentEntry
from payments.states import EntryKind, PaymentMethod, PaymentState
from shipping.models import Shipment, ShipmentStatus
from utils.maintenance import DELIVERED_EVENTS_KEPT, IDEMPOTENCY_KEYS_KEPT
from utils.models import IdempotencyKey, OutboxEvent

# One row for each order: who placed it, when, and what became of it. Every 40th was cancelled.
_ORDERS = """
CREATE TEMPORARY TABLE past_order ON COMMIT DROP AS
WITH customer AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_user)
SELECT
    number AS id, customer.id AS user_id, placed_at,
    upper(substr(md5(number::text), 1, 5) || lpad(to_hex(number), 7, '0')) AS public_number,
    CASE
        WHEN number %% 40 = 0 THEN 'cancelled'
        WHEN placed_at > now() - interval '1 day' THEN 'confirmed'
        WHEN placed_at > now() - interval '3 days' THEN 'shipped'
        ELSE 'delivered'
    END AS status
FROM generate_series(1::bigint, %(orders)s) AS number
CROSS JOIN LATERAL (SELECT now() - interval '1 year' * (1 - (number - 0.5) / %(orders)s) AS placed_at) AS time
JOIN customer ON customer.place = number * 7919 %% (SELECT count(*) FROM customer)
"""
# Two lines for each order. The multiplier is a prime larger than any catalogue, so the two never name one variant.
_LINES = """
CREATE TEMPORARY TABLE past_line ON COMMIT DROP AS
WITH offer AS (
    SELECT
        variant.id, variant.product_id, variant.sku, product.name, price.amount, item.id AS stock_item_id,
        row_number() OVER (ORDER BY variant.id) - 1 AS place
    FROM catalog_variant variant
    JOIN catalog_product product ON product.id = variant.product_id
    JOIN catalog_variantprice price ON price.variant_id = variant.id
    JOIN inventory_stockitem item ON item.variant_id = variant.id
    WHERE product.id <> %(hot)s
)
SELECT
    past.id AS order_id, past.public_number, past.placed_at, past.status, 1 + (past.id + turn) %% 3 AS quantity,
    offer.id AS variant_id, offer.product_id, offer.sku, offer.name, offer.amount, offer.stock_item_id
FROM past_order past
CROSS JOIN generate_series(0, 1) AS turn
JOIN offer ON offer.place = (past.id * 2 + turn) * 2147483647 %% (SELECT count(*) FROM offer)
"""
_SUMS = """
CREATE TEMPORARY TABLE past_sum ON COMMIT DROP AS
SELECT past.*, subtotal, rate.price AS shipping, rate.currency, rate.method_id
FROM past_order past
JOIN (SELECT order_id, sum(amount * quantity) AS subtotal FROM past_line GROUP BY order_id) sums ON order_id = past.id
CROSS JOIN (SELECT * FROM shipping_shippingrate ORDER BY id LIMIT 1) rate
"""
# One row for each status that an order reached, half a day after the one before.
_STEPS = """
CREATE TEMPORARY TABLE past_step ON COMMIT DROP AS
SELECT
    past.id AS order_id, past.user_id, past.public_number, step.old, step.new,
    least(now(), past.placed_at + interval '12 hours' * step.place) AS at
FROM past_order past
JOIN (VALUES
    (0, '', 'pending'), (1, 'pending', 'confirmed'), (2, 'confirmed', 'processing'), (3, 'processing', 'shipped'),
    (4, 'shipped', 'delivered'), (1, 'pending', 'cancelled')
) AS step (place, old, new) ON CASE past.status
    WHEN 'cancelled' THEN step.new IN ('pending', 'cancelled')
    WHEN 'confirmed' THEN step.new IN ('pending', 'confirmed')
    WHEN 'shipped' THEN step.new NOT IN ('delivered', 'cancelled')
    ELSE step.new <> 'cancelled'
END
"""
_DELIVERED_AT = "placed_at + interval '2 days'"
_PAID = f"CASE status WHEN '{OrderStatus.DELIVERED}' THEN subtotal + shipping ELSE 0 END"
_PAYMENT_NUMBER = "substr(md5('payment ' || id), 1, 24)"


def history_write(catalogue: Catalogue, orders: int) -> None:
    """Write ``orders`` old orders into a database that has none yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("ANALYZE")
        for statement in (_ORDERS, _LINES, _SUMS, _STEPS):
            cursor.execute(statement, {"orders": orders, "hot": catalogue.hot})
        for table in ("past_order", "past_line", "past_sum", "past_step"):
            cursor.execute(f"ANALYZE {table}")
        _write_carts_and_shipments()
        _write_orders()
        _write_money()
        _write_stock()
        _write_messages()
        for statement in connection.ops.sequence_reset_sql(no_style(), [Cart, Shipment, Order, Payment]):
            cursor.execute(statement)


def _insert(model: type[Model], source: str, **columns: str) -> None:
    """Insert a row for each row of ``source``, which is what follows FROM.

    ``columns`` maps columns to SQL expressions. Columns that are not named get the default of the model.
    """
    values: list[Any] = []
    for field in model._meta.local_concrete_fields:
        if field.attname not in columns and not field.primary_key and not field.has_db_default():
            columns[field.attname] = f"%s::{field.db_type(connection)}"
            values.append(field.get_db_prep_save(field.get_default(), connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 - the names are ours
            f"SELECT {', '.join(columns.values())} FROM {source}",
            values,
        )


def _write_carts_and_shipments() -> None:
    _insert(
        Cart,
        "past_sum",
        id="id",
        user_id="user_id",
        token="gen_random_uuid()",  # noqa: S106 - an SQL function
        currency="currency",
        status=f"'{CartStatus.ORDERED}'",
        created_at="placed_at",
        updated_at="placed_at",
    )
    _insert(
        CartItem, "past_line", cart_id="order_id", variant_id="variant_id", quantity="quantity", added_at="placed_at"
    )
    _insert(
        Shipment,
        "past_sum",
        id="id",
        method_id="method_id",
        status=f"CASE status WHEN 'confirmed' THEN '{ShipmentStatus.PENDING}' ELSE status END",
        name="'Robin Vogel'",
        phone="'+4930123456'",
        street="'Lindenallee ' || id %% 300",
        city="'Berlin'",
        postal_code="'10115'",
        country="'DE'",
        shipped_at="CASE WHEN status IN ('shipped', 'delivered') THEN placed_at + interval '36 hours' END",
        delivered_at=f"CASE status WHEN 'delivered' THEN {_DELIVERED_AT} END",
    )


def _write_orders() -> None:
    _insert(
        Order,
        "past_sum",
        **dict.fromkeys(("id", "cart_id", "shipment_id"), "id"),
        number="public_number",
        user_id="user_id",
        status="status",
        payment_status=f"CASE status WHEN 'delivered' THEN '{PaymentStatus.PAID}' ELSE '{PaymentStatus.UNPAID}' END",
        currency="currency",
        subtotal="subtotal",
        shipping_total="shipping",
        total="subtotal + shipping",
        captured_total=_PAID,
        is_paid_later="true",
        placed_at="placed_at",
        updated_at=f"least(now(), {_DELIVERED_AT})",
    )
    _insert(
        OrderLine,
        "past_line",
        **{name: name for name in ("order_id", "product_id", "variant_id", "sku", "quantity")},
        product_name="name",
        unit_price="amount",
        total="amount * quantity",
    )
    _insert(
        OrderStatusChange,
        "past_step ORDER BY at",
        order_id="order_id",
        old_status="old",
        new_status="new",
        created_at="at",
    )


def _write_money() -> None:
    _insert(
        Payment,
        "past_sum",
        id="id",
        order_id="id",
        number=_PAYMENT_NUMBER,
        method=f"'{PaymentMethod.CASH_ON_DELIVERY}'",
        state=(
            f"CASE status WHEN 'delivered' THEN '{PaymentState.CAPTURED}' "
            f"WHEN 'cancelled' THEN '{PaymentState.CANCELLED}' ELSE '{PaymentState.PENDING}' END"
        ),
        amount="subtotal + shipping",
        currency="currency",
        captured_amount=_PAID,
        created_at="placed_at",
        captured_at=f"CASE status WHEN 'delivered' THEN {_DELIVERED_AT} END",
    )
    _insert(
        PaymentEntry,
        "past_sum WHERE status = 'delivered'",
        payment_id="id",
        kind=f"'{EntryKind.CAPTURE}'",
        method=f"'{PaymentMethod.CASH_ON_DELIVERY}'",
        amount="subtotal + shipping",
        currency="currency",
        created_at=_DELIVERED_AT,
    )


def _write_stock() -> None:
    """Write reservations and movements.

    First came as many pieces as were sold, so what is on hand stays as it is.
    """
    _insert(
        Reservation,
        "past_line",
        stock_item_id="stock_item_id",
        reference="public_number",
        quantity="quantity",
        state=(
            f"CASE status WHEN 'cancelled' THEN '{ReservationState.RELEASED}' ELSE '{ReservationState.COMMITTED}' END"
        ),
        created_at="placed_at",
        closed_at="least(now(), placed_at + interval '12 hours')",
    )
    _insert(
        StockMovement,
        "past_line WHERE status <> 'cancelled' GROUP BY stock_item_id",
        stock_item_id="stock_item_id",
        kind=f"'{MovementKind.RECEIPT}'",
        quantity="sum(quantity)",
        created_at="now() - interval '1 year'",
    )
    _insert(
        StockMovement,
        "past_line WHERE status <> 'cancelled'",
        stock_item_id="stock_item_id",
        kind=f"'{MovementKind.SALE}'",
        quantity="-quantity",
        reference="public_number",
        created_at="least(now(), placed_at + interval '12 hours')",
    )


def _write_messages() -> None:
    """Write notifications, and the events and idempotency keys that are young enough to be kept."""
    _insert(
        Notification,
        "past_step ORDER BY at",
        number="upper(substr(md5(order_id || new), 1, 20))",
        user_id="user_id",
        order_id="order_id",
        status="new",
        message="'Your order #' || public_number || ' is now ' || new",
        created_at="at",
        read_at="at + interval '1 hour'",
    )
    _insert(
        OutboxEvent,
        f"past_step WHERE at > now() - interval '{DELIVERED_EVENTS_KEPT.days} days' ORDER BY at",
        name=f"CASE old WHEN '' THEN '{order_placed.name}' ELSE '{order_status_changed.name}' END",
        payload=(
            "jsonb_build_object('order_id', order_id, 'user_id', user_id) || "
            "CASE old WHEN '' THEN '{}' ELSE jsonb_build_object('old', old, 'new', new) END"
        ),
        created_at="at",
        due_at="at",
        delivered_at="at + interval '1 second'",
    )
    _insert(
        IdempotencyKey,
        f"past_sum WHERE placed_at > now() - interval '{IDEMPOTENCY_KEYS_KEPT.total_seconds():.0f} seconds'",
        user_id="user_id",
        key="md5('key ' || id)",
        fingerprint="md5('one ' || id) || md5('two ' || id)",
        status="201",
        body="jsonb_build_object('id', public_number, 'total', subtotal + shipping, 'note', repeat('x', 1200))",
        created_at="placed_at",
    )
