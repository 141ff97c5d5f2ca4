"""The read model is right after changes at the same moment: each test first shows the race without its lock."""

import io
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from catalog.models import Product, Variant, VariantPrice
from catalog.services import product_update, variant_create
from catalog.services.versions import lock_products
from inventory import listings, products, services
from inventory.listings import listing_faults, listings_refresh
from inventory.models import Listing
from inventory.querysets import ListingQuerySet, StockItemQuerySet
from tests.concurrency.test_payments import all_at_once
from tests.factories import book_in, make_product, make_staff, sole_variant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("concurrency"),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: there is no race"),
]

with_and_without = pytest.mark.parametrize("is_locked", [False, True])


def slow_down(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let a function of ``inventory.listings`` wait after it has read, so that another transaction comes between."""
    read = getattr(listings, name)

    def slowly(*args: Any) -> Any:
        found = read(*args)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(listings, name, slowly)


def later(act: Callable[[], Any]) -> Callable[[], Any]:
    """Return ``act``, which begins when the other transaction has read."""

    def wait_and_act() -> Any:
        time.sleep(0.25)
        return act()

    return wait_and_act


def unlock(monkeypatch: pytest.MonkeyPatch, rows: type, *, is_locked: bool) -> None:
    if not is_locked:
        monkeypatch.setattr(rows, "locked", lambda self: self.order_by("pk"))


@transaction.atomic
def reserve(variant: Variant, pieces: int = 1) -> None:
    services.stock_reserve(reference=f"R{variant.pk}", quantities={variant.pk: pieces})


@transaction.atomic
def release(variant: Variant) -> None:
    services.stock_release(reference=f"R{variant.pk}")


def is_right() -> bool:
    return list(listing_faults()) == []


@with_and_without
def test_the_last_piece_is_ordered_while_the_product_is_edited(
    monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    product = make_product(stock_left=1)
    variant = sole_variant(product)
    unlock(monkeypatch, ListingQuerySet, is_locked=is_locked)
    slow_down(monkeypatch, "_derived")
    edit = lambda: product_update(product=Product.objects.get(pk=product.pk), name="Torch")  # noqa: E731
    answers = all_at_once(edit, later(lambda: reserve(variant)))
    assert answers[1] is None
    monkeypatch.undo()
    assert is_right() is is_locked
    assert Listing.objects.get().in_stock is not is_locked


@with_and_without
def test_two_orders_take_the_last_piece_of_two_variants(monkeypatch: pytest.MonkeyPatch, is_locked: bool) -> None:
    product = make_product(stock_left=1)
    options = [{"name": "Size", "value": "L"}]
    other = variant_create(product=product, price=Decimal(3), currency="USD", options=options)
    book_in(other, 1)
    first = product.variants.exclude(pk=other.pk).get()
    unlock(monkeypatch, ListingQuerySet, is_locked=is_locked)
    slow_down(monkeypatch, "availability_by_product")
    assert all_at_once(lambda: reserve(first), lambda: reserve(other)) == [None, None]
    monkeypatch.undo()
    assert is_right() is is_locked
    assert Listing.objects.get().in_stock is not is_locked


@with_and_without
def test_two_editors(monkeypatch: pytest.MonkeyPatch, is_locked: bool) -> None:
    """Change a price and a name, in rows that do not block each other: what orders them is the product's lock."""
    product = make_product("Lamp", price="10.00")

    @transaction.atomic
    def edit(change: Callable[[], Any]) -> None:
        if is_locked:
            lock_products(Product.objects.filter(pk=product.pk))
        change()
        listings_refresh(product_ids=[product.pk])

    unlock(monkeypatch, ListingQuerySet, is_locked=is_locked)
    slow_down(monkeypatch, "_derived")
    price, sku = VariantPrice.objects.filter(variant__product=product), Variant.objects.filter(product=product)
    compare_at = lambda: edit(lambda: price.update(compare_at=Decimal(20)))  # noqa: E731
    assert all_at_once(compare_at, later(lambda: edit(lambda: sku.update(sku="L-1")))) == [None, None]
    monkeypatch.undo()
    assert is_right() is is_locked


@with_and_without
def test_a_product_is_put_on_sale_while_an_old_order_of_it_is_cancelled(
    monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """The product has no row yet that could be locked, so its stock items are."""
    product = make_product(stock_left=1)
    variant = sole_variant(product)
    reserve(variant)
    product_update(product=product, status="draft")
    assert not Listing.objects.exists()
    unlock(monkeypatch, StockItemQuerySet, is_locked=is_locked)
    slow_down(monkeypatch, "_derived")
    show = lambda: product_update(product=Product.objects.get(pk=product.pk), status="active")  # noqa: E731
    assert all_at_once(show, later(lambda: release(variant)))[1] is None
    monkeypatch.undo()
    assert is_right() is is_locked


def test_edits_of_price_and_stock_do_not_deadlock_with_orders() -> None:
    """Lists come last in both: an editor who held a row of a list and waited for the stock would wait in a circle."""
    product = make_product(stock_left=30)
    variant = sole_variant(product)
    staff = make_staff()

    def edit() -> None:
        for number in range(8):
            products.product_update(
                product=Product.objects.get(pk=product.pk), actor=staff, price=Decimal(number + 1), stock=number % 2
            )

    def order() -> None:
        for number in range(8):
            with transaction.atomic():
                try:
                    services.stock_reserve(reference=f"A{number}", quantities={variant.pk: 1})
                except services.OutOfStock:
                    continue
            with transaction.atomic():
                services.stock_release(reference=f"A{number}")

    assert all_at_once(edit, order) == [None, None]
    assert is_right()


@pytest.mark.parametrize("is_in_order", [False, True])
def test_known_and_new_products_at_once_do_not_deadlock_with_an_order(
    monkeypatch: pytest.MonkeyPatch, is_in_order: bool
) -> None:
    """An order takes the last pieces of both: it locks both stock items, and then the listing that is there."""
    known, new = make_product(stock_left=1), make_product(stock_left=1, status="draft")
    Product.objects.filter(pk=new.pk).update(status="active")
    quantities = {sole_variant(product).pk: 1 for product in (known, new)}
    lock_stock = listings._lock_stock

    def lock_slowly(products: Any) -> None:
        if not is_in_order:
            list(Listing.objects.locked())
        time.sleep(0.5)
        lock_stock(products)

    monkeypatch.setattr(listings, "_lock_stock", lock_slowly)
    refresh = transaction.atomic(lambda: listings_refresh(product_ids=[known.pk, new.pk]))
    order = transaction.atomic(lambda: services.stock_reserve(reference="A", quantities=quantities))
    answers = all_at_once(refresh, later(order))
    assert any(isinstance(answer, OperationalError) for answer in answers) is not is_in_order
    if is_in_order:
        assert answers == [None, None]
        assert is_right()


@pytest.mark.parametrize("is_in_order", [False, True])
def test_an_import_locks_the_stock_of_what_it_shows_again_with_what_it_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_in_order: bool
) -> None:
    """The file counts the pieces of one product, and shows another one again, whose stock item comes first."""
    shown_again, counted = make_product("Torch", sku="T", status="draft"), make_product("Lamp", sku="L")
    quantities = {sole_variant(product).pk: 1 for product in (shown_again, counted)}
    path = tmp_path / "products.csv"
    path.write_text(
        "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Status\n"
        f"{counted.slug},Lamp,L,shopify,5,10.00,active\n{shown_again.slug},Torch,T,shopify,,10.00,active\n"
    )
    if not is_in_order:
        monkeypatch.setattr(services, "unlisted_variants", lambda *, product_ids: [])
    lock_stock, output = listings._lock_stock, io.StringIO()

    def lock_later(products: Any) -> None:
        time.sleep(0.5)
        lock_stock(products)

    monkeypatch.setattr(listings, "_lock_stock", lock_later)
    fill = lambda: call_command("import_products", str(path), stock="set", stdout=output, stderr=output)  # noqa: E731
    order = transaction.atomic(lambda: services.stock_reserve(reference="A", quantities=quantities))
    answers = all_at_once(fill, later(order))
    went_well = answers[1] is None and "could not be written" not in output.getvalue()
    assert went_well is is_in_order, output.getvalue()
    assert is_right()
