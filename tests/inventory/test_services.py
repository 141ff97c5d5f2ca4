"""The ledger's rules."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Variant
from inventory import services as stock
from inventory.errors import OutOfStock, StockWouldFallShort
from inventory.models import Location, MovementKind, Reservation, StockItem, StockMovement
from inventory.selectors import available_by_variant, discrepancies
from tests.factories import balance, book_in, make_product, make_user, sole_variant
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant() -> Variant:
    return sole_variant(make_product(stock_left=10))


def sums(variant: Variant) -> tuple[int, int]:
    return balance(variant.product)


def test_reserve_commit(variant: Variant) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    assert sums(variant) == (10, 4)
    for _ in range(2):
        stock.stock_commit(reference="A")
        assert sums(variant) == (6, 0)
    assert discrepancies() == []


def test_a_sum_that_the_database_does_not_change_stops_everything(
    variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading more than there is stands for a broken ledger."""
    monkeypatch.setattr(StockItem, "available", 11)
    with pytest.raises(RuntimeError, match="did not change"), transaction.atomic():
        stock.stock_reserve(reference="A", quantities={variant.pk: 11})
    assert (sums(variant), Reservation.objects.count()) == ((10, 0), 0)


def test_reserve_release(variant: Variant) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    for _ in range(2):
        stock.stock_release(reference="A")
        assert sums(variant) == (10, 0)
    assert discrepancies() == []


def test_what_left_comes_back_once(variant: Variant) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    stock.stock_restock(reference="A")  # nothing has left yet
    assert sums(variant) == (10, 4)
    stock.stock_commit(reference="A")
    stock.stock_release(reference="A")  # too late to release
    assert sums(variant) == (6, 0)
    for _ in range(2):
        stock.stock_restock(reference="A")
        assert sums(variant) == (10, 0)
    kinds = list(StockMovement.objects.order_by("id").values_list("kind", "quantity"))
    assert kinds == [("receipt", 10), ("sale", -4), ("return", 4)]
    assert discrepancies() == []


def test_all_or_nothing() -> None:
    plenty, scarce = (sole_variant(make_product(stock_left=count)) for count in (10, 1))
    with pytest.raises(OutOfStock) as caught, transaction.atomic():
        stock.stock_reserve(reference="A", quantities={plenty.pk: 5, scarce.pk: 3})
    assert [(gap.variant, gap.requested, gap.available) for gap in caught.value.shortages] == [(scarce.pk, 3, 1)]
    assert sums(plenty) == (10, 0)
    assert sums(scarce) == (1, 0)
    assert not Reservation.objects.exists()


def test_a_variant_without_stock_item_is_out_of_stock() -> None:
    variant = sole_variant(make_product(stock_left=0))
    StockItem.objects.all().delete()
    with pytest.raises(OutOfStock):
        stock.stock_reserve(reference="A", quantities={variant.pk: 1})


def test_what_is_available_is_what_nobody_has_reserved(variant: Variant) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    (item,) = StockItem.objects.with_available()
    assert item.left == item.available == 6


def test_locations_are_emptied_in_their_order(variant: Variant) -> None:
    Location.objects.update(priority=2)
    near = Location.objects.create(name="Near", priority=1)
    item = stock.stock_item_for(variant=variant, location=near)
    stock.stock_adjust(stock_item=item, delta=3, kind=MovementKind.RECEIPT)

    stock.stock_reserve(reference="A", quantities={variant.pk: 5})

    taken = dict(Reservation.objects.values_list("stock_item__location__name", "quantity"))
    assert taken == {"Near": 3, "Main": 2}
    assert available_by_variant([variant.pk]) == {variant.pk: 8}
    stock.stock_commit(reference="A")
    assert discrepancies() == []


def test_adjusting_never_takes_what_is_promised(variant: Variant) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    item = StockItem.objects.get()
    with pytest.raises(StockWouldFallShort):
        stock.stock_adjust(stock_item=item, delta=-7, kind=MovementKind.ADJUSTMENT)
    assert sums(variant) == (10, 4)
    movement = stock.stock_adjust(
        stock_item=item, delta=-6, kind=MovementKind.ADJUSTMENT, actor=make_user(), note="Water damage"
    )
    assert (movement.quantity, movement.note) == (-6, "Water damage")
    assert sums(variant) == (4, 4)
    assert discrepancies() == []


def test_stock_does_not_change_without_its_movement(
    staff: User, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The balance is written first; then the ledger can't be."""

    def fails(**fields: object) -> None:
        raise IntegrityError("No room for a movement")

    item = book_in(variant, 0)
    monkeypatch.setattr(StockMovement.objects, "create", fails)
    api = APIClient(raise_request_exception=False)
    api.force_authenticate(staff)
    body = {"stock_item": item.pk, "quantity": 5, "kind": "receipt"}
    assert api.post("/api/v1/inventory/movements/", body).status_code == 500
    assert sums(variant) == (10, 0)
    with pytest.raises(IntegrityError):
        stock.stock_count(variant=variant, counted=3)
    assert sums(variant) == (10, 0)
    assert discrepancies() == []


@pytest.mark.parametrize("counted", [0, 3, 6, 25])
def test_a_count_books_the_difference(variant: Variant, counted: int) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 4})
    stock.stock_count(variant=variant, counted=counted)
    assert sums(variant) == (counted + 4, 4)
    assert discrepancies() == []


def test_the_database_itself_refuses_an_impossible_balance(variant: Variant) -> None:
    for change in ({"reserved": 11}, {"reserved": -1}, {"on_hand": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockItem.objects.update(**change)
    assert sums(variant) == (10, 0)


def test_the_last_piece_is_announced_once(variant: Variant) -> None:
    stock.stock_reserve(reference="A", quantities={variant.pk: 9})
    assert not OutboxEvent.objects.exists()
    stock.stock_reserve(reference="B", quantities={variant.pk: 1})
    assert [row.payload for row in OutboxEvent.objects.all()] == [{"variant_id": variant.pk}]


def test_verify_stock_finds_what_went_round_the_ledger(variant: Variant, capsys: pytest.CaptureFixture) -> None:
    call_command("verify_stock")
    assert "1 stock items add up." in capsys.readouterr().out
    StockItem.objects.update(on_hand=9)
    with pytest.raises(CommandError, match="1 of 1 stock items do not add up"):
        call_command("verify_stock")
    assert "on hand 9, movements 10" in capsys.readouterr().err


def test_movements_over_the_api(staff_api, customer_api, variant: Variant) -> None:
    item = book_in(variant, 0)
    body = {"stock_item": item.pk, "quantity": -3, "kind": "adjustment", "note": "Broken"}
    assert customer_api.post("/api/v1/inventory/movements/", body).status_code == 403
    first = staff_api.post("/api/v1/inventory/movements/", body, headers={"Idempotency-Key": "m1"})
    again = staff_api.post("/api/v1/inventory/movements/", body, headers={"Idempotency-Key": "m1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert sums(variant) == (7, 0)
    too_many = staff_api.post("/api/v1/inventory/movements/", body | {"quantity": -8})
    assert (too_many.status_code, too_many.json()["code"]) == (409, "stock_would_fall_short")
    assert sums(variant) == (7, 0)
