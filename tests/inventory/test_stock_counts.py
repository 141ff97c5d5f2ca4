"""Many variants' counted pieces, booked at once."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog.models import Variant
from inventory import services as stock
from inventory.models import Location, StockItem, StockMovement
from inventory.services import stock_counts_book
from tests.factories import make_product, sole_variant

pytestmark = pytest.mark.django_db


def balances(variant: Variant) -> list[tuple[str, int, int]]:
    items = StockItem.objects.filter(variant=variant).order_by("location__priority")
    return [(item.location.name, item.on_hand, item.reserved) for item in items.select_related("location")]


def test_pieces_come_to_the_first_location_and_leave_from_it_first() -> None:
    variant = sole_variant(make_product(stock_left=0))
    StockItem.objects.all().delete()
    depot, shop = Location.objects.create(name="Depot", priority=5), Location.objects.create(name="Shop", priority=9)
    Location.objects.filter(name="Main").update(priority=1)
    for location, pieces in ((depot, 4), (shop, 6)):
        item = stock.stock_item_for(variant=variant, location=location)
        stock.stock_adjust(stock_item=item, delta=pieces, kind="receipt")

    with transaction.atomic():
        more = stock_counts_book(counted={variant.pk: 13}, note="")
    assert balances(variant) == [("Main", 3, 0), ("Depot", 4, 0), ("Shop", 6, 0)]
    with transaction.atomic():
        fewer = stock_counts_book(counted={variant.pk: 4}, note="")
    assert balances(variant) == [("Main", 0, 0), ("Depot", 0, 0), ("Shop", 4, 0)]
    with transaction.atomic():
        same = stock_counts_book(counted={variant.pk: 4}, note="")

    assert (more[variant.pk], fewer[variant.pk], same[variant.pk]) == (1, 3, 0)
    call_command("verify_stock")


def test_counting_nothing_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert not stock_counts_book(counted={}, note="")


def test_reserved_pieces_can_not_be_counted_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading more than there is for sale stands for a broken ledger."""
    variant = sole_variant(make_product(stock_left=10))
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    monkeypatch.setattr(StockItem, "available", 10)
    with pytest.raises(RuntimeError, match="did not change"), transaction.atomic():
        stock_counts_book(counted={variant.pk: 0}, note="")
    assert balances(variant) == [("Main", 10, 4)]


def test_every_movement_says_what_it_is_for() -> None:
    few, many = (sole_variant(make_product(stock_left=count)) for count in (1, 9))
    earlier = set(StockMovement.objects.values_list("pk", flat=True))
    with transaction.atomic():
        stock_counts_book(counted={few.pk: 4, many.pk: 2}, note="x" * 300, reference="import")

    booked = StockMovement.objects.exclude(pk__in=earlier).order_by("pk")
    assert list(booked.values_list("stock_item__variant", "kind", "quantity", "reference")) == [
        (few.pk, "receipt", 3, "import"),
        (many.pk, "adjustment", -7, "import"),
    ]
    assert {len(movement.note) for movement in booked} == {255}
    call_command("verify_stock")
