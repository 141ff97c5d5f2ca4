"""The revision changes with every commit of what guests see, and writers don't wait for each other."""

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.db import connection, transaction

from accounts.models import User
from catalog.models import Category, Product, ProductImage, Review, VariantPrice
from catalog.services import category_create, review_write
from inventory.services import stock_commit, stock_count, stock_release, stock_reserve
from tests.factories import make_product, make_user, sole_variant
from utils.models import Revision
from utils.revisions import SharedReader, revision_change, revision_now, whole_revision_now

on_postgres = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")


def rename() -> None:
    Product.objects.update(name="Other")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: make_product("Torch"),
        rename,
        lambda: VariantPrice.objects.update(amount=Decimal("1.50")),
        lambda: Category.objects.update(name="Lamps"),
        lambda: category_create(name="Torches"),
        lambda: ProductImage.objects.create(product=Product.objects.get(), source_url="https://example.com/a.png"),
        lambda: Review.objects.all().delete(),
        lambda: User.objects.filter(username="rita").update(first_name="Rita"),
        lambda: User.objects.filter(username="rita").update(username="ria"),
        lambda: stock_count(variant=sole_variant(Product.objects.get()), counted=0),
    ],
)
def test_whatever_guests_see_changes_it(change: Callable) -> None:
    product = make_product("Lamp", stock_left=3, category=category_create(name="Home"))
    review_write(product=product, user=make_user("rita"), rating=4)
    before = whole_revision_now()
    change()
    assert whole_revision_now().number != before.number


@pytest.mark.django_db
def test_a_change_that_no_trigger_sees_can_be_told() -> None:
    before = revision_now()
    with transaction.atomic():
        revision_change()
        revision_change()
    assert revision_now() != before


@pytest.mark.django_db
def test_what_guests_do_not_see_leaves_it() -> None:
    make_user("rita")
    make_product()
    before = whole_revision_now()
    User.objects.update(city="Nairobi")
    Review.objects.update(is_verified_purchase=True)  # there are none
    assert whole_revision_now() == before


@pytest.mark.django_db
def test_pieces_that_stay_above_0_are_counted_apart() -> None:
    product = make_product(stock_left=3)
    pieces = {sole_variant(product).pk: 2}
    seen = [whole_revision_now()]
    for change in (
        lambda: stock_reserve(reference="A", quantities=pieces),
        lambda: stock_commit(reference="A"),
        lambda: stock_reserve(reference="B", quantities={sole_variant(product).pk: 1}),
        lambda: stock_release(reference="B"),
    ):
        change()
        seen.append(whole_revision_now())
    at_first, reserved, committed, sold_out, back = seen

    assert reserved.number == at_first.number
    assert reserved.pieces != at_first.pieces
    assert committed == reserved  # what was reserved was not for sale any more
    assert sold_out.number != committed.number
    assert back.number not in {sold_out.number, at_first.number}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_rolled_back_does_not_count() -> None:
    make_product()
    before = whole_revision_now()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename()
        raise ZeroDivisionError

    assert whole_revision_now() == before


@pytest.mark.django_db(transaction=True)
def test_a_change_after_one_that_was_rolled_back_to_a_savepoint_counts() -> None:
    make_product()
    before = whole_revision_now()

    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            rename()
            raise ZeroDivisionError
        rename()

    assert whole_revision_now().number != before.number


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_transaction_writes_it_once_however_much_it_changes() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL revision.each_statement = off")
        make_product()
        written = whole_revision_now().number
        for _ in range(20):
            make_product()
    assert (whole_revision_now().number, Revision.objects.count()) == (written, 1)


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_who_begins_first_and_commits_last_is_not_missed() -> None:
    """Change the revision twice at once. With the number of a sequence the commit that comes last would be missed."""
    slow, fast = make_product("Slow"), make_product("Fast")
    has_changed, may_commit = threading.Event(), threading.Event()

    def change_slowly() -> None:
        try:
            with transaction.atomic():
                Product.objects.filter(pk=slow.pk).update(name="Slower")
                has_changed.set()
                may_commit.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=change_slowly)
    thread.start()
    assert has_changed.wait(10)
    before = whole_revision_now()
    # With one row only, this would wait for the other transaction, and fail after the lock timeout.
    Product.objects.filter(pk=fast.pk).update(name="Faster")
    between = whole_revision_now()
    may_commit.set()
    thread.join()

    assert len({before, between, whole_revision_now()}) == 3


@on_postgres
@pytest.mark.django_db(transaction=True)
class TestSharedReader:
    @pytest.fixture
    def reader(self) -> Iterator[SharedReader]:
        reader = SharedReader()
        yield reader
        reader.close()

    def test_it_reads_what_was_committed_before_it_was_asked(self, reader: SharedReader) -> None:
        for _ in range(3):
            make_product()
            assert reader.read() == whole_revision_now()

    def test_who_asks_while_a_statement_runs_gets_the_next_one(
        self, reader: SharedReader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs, may_end = threading.Event(), threading.Event()
        read, times, found = reader._read, [], []

        def read_slowly():
            times.append(1)
            revision = read()
            runs.set()
            may_end.wait(10)
            return revision

        monkeypatch.setattr(reader, "_read", read_slowly)
        first = threading.Thread(target=reader.read)
        first.start()
        assert runs.wait(10)
        make_product()  # after the first statement was run
        others = [threading.Thread(target=lambda: found.append(reader.read())) for _ in range(8)]
        for thread in others:
            thread.start()
        time.sleep(0.2)  # until they all wait
        may_end.set()
        for thread in [first, *others]:
            thread.join(10)

        assert set(found) == {whole_revision_now()}
        assert len(times) == 2

    def test_it_connects_again_after_its_connection_broke(self, reader: SharedReader) -> None:
        reader.read()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [reader._connection.info.backend_pid])
        with pytest.raises(OSError, match="can't be read"):
            reader.read()
        assert reader.read() == whole_revision_now()

    @pytest.mark.parametrize("is_connected", [False, True])
    def test_who_waits_for_a_statement_that_fails_does_not_wait_for_all_others(
        self, reader: SharedReader, monkeypatch: pytest.MonkeyPatch, is_connected: bool
    ) -> None:
        options = connection.settings_dict["OPTIONS"]
        monkeypatch.setitem(options, "options", f"{options['options']} -c lock_timeout=500")
        if is_connected:
            reader.read()
        refused = []

        def read() -> None:
            with pytest.raises(OSError, match="lock timeout"):
                reader.read()
            refused.append(1)

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE utils_revision IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            threads = [threading.Thread(target=read) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
            assert time.monotonic() - began < 1.9
        assert len(refused) == 8
        assert reader.read() == whole_revision_now()
