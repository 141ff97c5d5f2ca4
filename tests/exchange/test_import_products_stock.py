"""``manage.py import_products``: pieces are booked through the ledger, beside sales."""

import threading
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from catalog.models import Variant
from inventory import services as stock
from inventory.models import StockItem, StockMovement
from inventory.querysets import StockItemQuerySet
from tests.exchange.test_import_products import run as run_command
from tests.exchange.test_import_products import write
from tests.factories import make_product, sole_variant

HEADER = "Handle,Title,Price,Inventory quantity\n"
# The way to count stock by file. What happens without it stands at the end.
run = partial(run_command, stock="set")


def balances(variant: Variant) -> list[tuple[str, int, int]]:
    items = StockItem.objects.filter(variant=variant).order_by("location__priority")
    return [(item.location.name, item.on_hand, item.reserved) for item in items.select_related("location")]


def movements() -> list[tuple[str, int, str, str]]:
    return list(StockMovement.objects.order_by("pk").values_list("kind", "quantity", "reference", "note"))


@pytest.mark.django_db
def test_more_pieces_are_a_receipt_and_fewer_an_adjustment(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "mug,Mug,1,5\n", "spring.csv"))
    run(write(tmp_path, HEADER + "mug,Mug,1,8\n", "summer.csv"))
    out, _ = run(write(tmp_path, HEADER + "mug,Mug,1,2\n", "autumn.csv"))

    assert movements() == [
        ("receipt", 5, "import", "Import of spring.csv"),
        ("receipt", 3, "import", "Import of summer.csv"),
        ("adjustment", -6, "import", "Import of autumn.csv"),
    ]
    assert balances(Variant.objects.get()) == [("Main", 2, 0)]
    assert "Products: 0 created, 1 updated" in out
    assert "Stock movements: 1 recorded.\n" in out
    call_command("verify_stock")


@pytest.mark.django_db
def test_the_quantity_is_what_is_for_sale_beside_what_is_promised(tmp_path: Path) -> None:
    variant = sole_variant(make_product("Mug", slug="mug", stock_left=10))
    with transaction.atomic():
        stock.stock_reserve(reference="order", quantities={variant.pk: 4})

    run(write(tmp_path, HEADER + "mug,Mug,1,0\n"))

    assert balances(variant) == [("Main", 4, 4)]
    call_command("verify_stock")


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ["", "-4"])
def test_a_blank_quantity_books_nothing_and_a_negative_one_is_none(tmp_path: Path, cell: str) -> None:
    make_product("Mug", slug="mug", stock_left=3)

    _, err = run(write(tmp_path, HEADER + f"mug,Mug,1,{cell}\n"))

    assert StockItem.objects.get().on_hand == (0 if cell else 3)
    assert ("counts as 0 pieces" in err) is bool(cell)


@pytest.mark.django_db
def test_a_long_file_name_fits_its_note(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "mug,Mug,1,5\n", f"{'x' * 250}.csv"))

    assert len(movements()[0][3]) == 255


def import_while_a_sale_is_open(path: Path, variant: Variant) -> None:
    """Import ``path`` while a transaction holds 2 pieces of ``variant`` back; it commits when the import waits."""

    def import_file() -> None:
        try:
            run(path)
        finally:
            connection.close()

    with transaction.atomic():
        stock.stock_reserve(reference="order", quantities={variant.pk: 2})
        importing = threading.Thread(target=import_file)
        importing.start()
        importing.join(timeout=0.7)
        assert importing.is_alive()
    importing.join(timeout=10)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time: there is no race")
def test_without_the_lock_a_sale_at_the_same_moment_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race that the next test is about: the import counts from what was there before the sale."""
    variant = sole_variant(make_product("Mug", slug="mug", stock_left=10))
    path = write(tmp_path, HEADER + "mug,Mug,1,7\n")
    lock = StockItemQuerySet.locked

    def locked(rows: StockItemQuerySet) -> StockItemQuerySet:
        return lock(rows) if threading.current_thread() is threading.main_thread() else rows.order_by("pk")

    monkeypatch.setattr(StockItemQuerySet, "locked", locked)
    import_while_a_sale_is_open(path, variant)

    assert balances(variant) == [("Main", 7, 2)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time: there is no race")
def test_a_sale_at_the_same_moment_counts(tmp_path: Path) -> None:
    """The sale holds the row when the import comes; the import waits, and counts from what the sale left."""
    variant = sole_variant(make_product("Mug", slug="mug", stock_left=10))

    import_while_a_sale_is_open(write(tmp_path, HEADER + "mug,Mug,1,7\n"), variant)

    assert balances(variant) == [("Main", 9, 2)]
    assert movements()[-1][:2] == ("adjustment", -1)
    call_command("verify_stock")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time: there is no race")
def test_two_imports_of_one_file_at_once_make_everything_once(tmp_path: Path) -> None:
    rows = "".join(f"p{number},P,1,5,https://x.example/{number}.jpg\n" for number in range(40))
    path = write(tmp_path, "Handle,Title,Price,Inventory quantity,Image Src\n" + rows)
    barrier = threading.Barrier(2)
    reports: list[str] = []

    def import_file() -> None:
        try:
            barrier.wait(timeout=5)
            reports.append(run(path)[1])
        finally:
            connection.close()

    threads = [threading.Thread(target=import_file) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert reports == ["", ""]
    assert Variant.objects.count() == 40
    assert StockMovement.objects.count() == 40
    call_command("verify_stock")


@pytest.mark.django_db
def test_an_old_file_does_not_give_sold_stock_back(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "mug,Mug,1,3\n")
    run_command(path)
    variant = Variant.objects.get()
    with transaction.atomic():
        stock.stock_reserve(reference="order", quantities={variant.pk: 2})
        stock.stock_commit(reference="order")

    out, _ = run_command(path)

    assert balances(variant) == [("Main", 1, 0)]
    assert "Stock left as it is: 1 existing variants." in out
    assert "Products: 0 created, 0 updated, 1 unchanged" in out
    assert "Stock movements: 0 recorded.\n" in out
    call_command("verify_stock")


@pytest.mark.django_db
def test_a_new_variant_gets_its_stock_beside_a_known_one(tmp_path: Path) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,Price,Inventory quantity\n"
    run_command(write(tmp_path, header + "mug,Mug,Size,S,1,3\n"))

    run_command(write(tmp_path, header + "mug,Mug,Size,S,1,9\nmug,,,M,1,4\n"))

    assert list(StockItem.objects.order_by("pk").values_list("on_hand", flat=True)) == [3, 4]


@pytest.mark.django_db
@pytest.mark.parametrize(("tracker", "is_counted"), [("", True), ("shopify", False)])
def test_whether_pieces_are_counted_is_kept_with_the_stock(tmp_path: Path, tracker: str, *, is_counted: bool) -> None:
    variant = sole_variant(make_product("Mug", slug="mug", stock_left=3))
    Variant.objects.update(track_inventory=is_counted)
    path = write(tmp_path, f"Handle,Title,Price,Inventory tracker\nmug,Mug,1,{tracker}\n")

    run_command(path)
    variant.refresh_from_db()
    assert variant.track_inventory is is_counted

    run(path)
    variant.refresh_from_db()
    assert variant.track_inventory is not is_counted


@pytest.mark.django_db
def test_stock_is_kept_or_set_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'add'"):
        call_command("import_products", str(write(tmp_path, HEADER)), "--stock", "add")
