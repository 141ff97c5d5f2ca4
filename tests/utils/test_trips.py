"""Hand-written statements: the same rows as the ORM writes, in fewer round trips."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from cart.models import Cart, CartItem
from tests.factories import make_product, sole_variant
from tests.support.rows import all_rows
from utils import trips
from utils.models import IdempotencyKey, OutboxEvent
from utils.trips import insert, one_trip

pytestmark = pytest.mark.django_db


def key(name: str, user: User) -> IdempotencyKey:
    return IdempotencyKey(user_id=user.pk, key=name, body={"sum": "1.50"}, status=201)


def test_rows_are_those_of_the_orm(customer: User) -> None:
    now = timezone.now()
    event = {"name": "a.b", "subject": "", "payload": {"n": 1}, "due_at": now}
    insert(written := OutboxEvent(**event))()
    by_orm = OutboxEvent.objects.create(**event)
    first, second = (
        {column: value for column, value in row.items() if column not in {"id", "created_at"}}
        for (table, _), row in sorted(all_rows().items(), key=lambda item: str(item[0]))
        if table == "utils_outboxevent"
    )
    assert (first, by_orm.pk) == (second, written.pk + 1)
    assert OutboxEvent.objects.get(pk=written.pk).payload == {"n": 1}


def test_several_rows_get_their_ids(customer: User) -> None:
    lamp, desk = sole_variant(make_product()), sole_variant(make_product())
    cart = Cart.objects.create(user=customer, currency="USD")
    with one_trip():
        number = insert(*(items := [CartItem(cart=cart, variant=each, quantity=2) for each in (lamp, desk)]))
        insert(key("one", customer))
    number()
    assert list(cart.items.values_list("pk", "variant")) == [(item.pk, item.variant_id) for item in items]
    assert IdempotencyKey.objects.get().body == {"sum": "1.50"}


def test_rows_get_their_own_ids_in_whatever_order_sqlite_returns_them(
    customer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = trips.send

    def backwards(*args: Any) -> Callable[[], trips.Rows]:
        rows = send(*args)
        return rows if connection.vendor == "postgresql" else lambda: rows()[::-1]

    monkeypatch.setattr(trips, "send", backwards)
    keys = [key(str(number), customer) for number in range(3)]
    insert(*keys)()
    assert [each.pk for each in keys] == list(IdempotencyKey.objects.order_by("key").values_list("pk", flat=True))


def test_an_error_of_a_trip_is_djangos_and_undoes_the_transaction(customer: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), one_trip():
        insert(key("one", customer))
        insert(key("one", customer))
    assert not IdempotencyKey.objects.exists()
