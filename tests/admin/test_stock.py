"""Booking stock in the admin."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inventory.models import Location, StockItem, StockMovement
from tests.admin.examples import make_order
from tests.admin.shown_forms import press, told
from tests.factories import make_product, sole_variant
from utils.admin.marks import mark_new


@pytest.fixture
def item(db: None) -> StockItem:
    """Ten pieces, three of them reserved."""
    product = make_product("Kettle", stock_left=10)
    make_order(product, quantity=3)
    return StockItem.objects.get(variant__product=product)


def figures(item: StockItem) -> tuple[int, int, int]:
    item.refresh_from_db()
    return item.on_hand, item.reserved, StockMovement.objects.filter(stock_item=item).count()


def test_pieces_are_booked_in_the_name_of_who_booked_them(root: Client, superuser: User, item: StockItem) -> None:
    answer = press(root, "inventory_stockitem", item.pk, "book", "book", delta=5, kind="receipt", note="Delivery 7")
    assert told(answer) == ["Recorded +5 pieces."]
    assert figures(item) == (15, 3, 2)
    movement = item.movements.latest("id")
    assert (movement.quantity, movement.kind, movement.note, movement.actor) == (5, "receipt", "Delivery 7", superuser)
    call_command("verify_stock")


def test_reserved_pieces_are_not_booked_out(root: Client, item: StockItem) -> None:
    answer = press(root, "inventory_stockitem", item.pk, "book", "book", delta=-8, kind="adjustment", note="")
    assert told(answer) == ["There are not that many pieces, or some of them are reserved for orders."]
    assert figures(item) == (10, 3, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"delta": 0, "kind": "receipt"},
        {"delta": 1, "kind": "sale"},
        {"delta": 10**12, "kind": "receipt"},
        {"delta": "many", "kind": "receipt"},
    ],
)
def test_a_bad_booking_changes_nothing(root: Client, item: StockItem, fields: dict[str, object]) -> None:
    answer = press(root, "inventory_stockitem", item.pk, "book", "book", note="", **fields)
    assert told(answer)[0].startswith(("Pieces: ", "Kind: "))
    assert figures(item) == (10, 3, 1)


@pytest.mark.parametrize(("counted", "movements"), [(12, 2), (3, 2), (10, 1)])
def test_a_stock_take_books_the_difference(root: Client, item: StockItem, counted: int, movements: int) -> None:
    press(root, "inventory_stockitem", item.pk, "count", "count", counted=counted, note="")
    assert figures(item) == (counted, 3, movements)
    call_command("verify_stock")


def test_a_stock_take_below_what_is_reserved_is_refused(root: Client, item: StockItem) -> None:
    answer = press(root, "inventory_stockitem", item.pk, "count", "count", counted=2, note="")
    assert told(answer) == ["There are not that many pieces, or some of them are reserved for orders."]
    assert figures(item) == (10, 3, 1)


def test_balances_are_not_typed_in(root: Client, item: StockItem) -> None:
    url = reverse("admin:inventory_stockitem_change", args=[item.pk])
    assert root.post(url, {"on_hand": 99, "reserved": 0}).status_code == 403
    assert figures(item) == (10, 3, 1)


def test_a_new_stock_item_starts_at_nothing(root: Client, item: StockItem) -> None:
    attic = Location.objects.create(name="Attic")
    url = reverse("admin:inventory_stockitem_add")
    answer = root.post(
        url, {"mark": mark_new(), "variant": item.variant_id, "location": attic.pk, "on_hand": 50}, follow=True
    )
    added = StockItem.objects.get(location=attic)
    assert (added.on_hand, added.reserved) == (0, 0)
    assert "was added successfully" in told(answer)[0]
    again = root.post(url, {"mark": mark_new(), "variant": item.variant_id, "location": attic.pk})
    assert "already exists" in again.content.decode()


def test_what_is_scarce_is_listed(root: Client, item: StockItem) -> None:
    make_product(stock_left=100)
    sold_out = sole_variant(make_product(stock_left=0)).stock_items.get()
    url = reverse("admin:inventory_stockitem_changelist")
    listed = {
        value: {row.pk for row in root.get(url, {"left": value}).context["cl"].result_list} for value in ("low", "none")
    }
    assert listed == {"low": {item.pk, sold_out.pk}, "none": {sold_out.pk}}


def test_whoever_may_only_look_books_nothing(staff_with: Callable[..., Client], item: StockItem) -> None:
    client = staff_with("inventory.view_stockitem")
    answer = press(client, "inventory_stockitem", item.pk, "book", "book", delta=5, kind="receipt", note="")
    assert answer.status_code == 403
    assert figures(item) == (10, 3, 1)


def test_a_location_that_holds_stock_is_not_deleted(root: Client, item: StockItem) -> None:
    url = reverse("admin:inventory_location_delete", args=[item.location_id])
    assert "Cannot delete location" in root.get(url).content.decode()
    root.post(url, {"post": "yes"})
    assert Location.objects.filter(pk=item.location_id).exists()
