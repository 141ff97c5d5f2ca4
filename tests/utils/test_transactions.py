"""One transaction for a request: what joins it sets no savepoint, and what comes last comes last."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from utils.models import RateCount
from utils.sql import fetch
from utils.transactions import at_end, whole_transaction

pytestmark = pytest.mark.django_db


def count(key: str) -> None:
    RateCount.objects.create(key=key, tries=1, ends_at="2026-01-01T00:00:00Z")


def keys() -> list[str]:
    return sorted(RateCount.objects.values_list("key", flat=True))


def test_a_joined_block_sets_no_savepoint() -> None:
    with whole_transaction(), CaptureQueriesContext(connection) as captured, whole_transaction():
        fetch("SELECT 1")
    assert [query["sql"] for query in captured.captured_queries] == ["SELECT 1"]


@pytest.mark.django_db(transaction=True)
def test_an_inner_error_ends_what_it_joined_even_when_it_is_caught() -> None:
    with whole_transaction():
        count("outer")
        with pytest.raises(ValueError, match="no"), whole_transaction():
            raise ValueError("no")
    assert keys() == []


def test_what_comes_last_runs_at_the_end_of_the_outer_block() -> None:
    done = []
    with whole_transaction():
        with whole_transaction():
            at_end(lambda: done.append(connection.in_atomic_block))
        assert done == []
    assert done == [True]


def test_its_error_undoes_everything() -> None:
    def refuse() -> None:
        raise ValueError("sold out")

    with pytest.raises(ValueError, match="sold out"), whole_transaction():
        count("one")
        at_end(refuse)
    assert keys() == []


def test_after_an_error_nothing_comes_last() -> None:
    done: list[int] = []
    with pytest.raises(ValueError, match="no"), whole_transaction():
        at_end(lambda: done.append(1))
        raise ValueError("no")
    with whole_transaction():
        pass
    assert done == []


def test_what_was_rolled_back_to_its_savepoint_comes_not_last() -> None:
    done = []
    with whole_transaction():
        at_end(lambda: done.append("before"))
        with pytest.raises(ValueError, match="no"), transaction.atomic():
            at_end(lambda: done.append("directly"))
            with transaction.atomic():
                at_end(lambda: done.append("further inside"))
            raise ValueError("no")
        with transaction.atomic():
            at_end(lambda: done.append("after"))
    assert done == ["before", "after"]


def test_what_comes_last_may_ask_for_more() -> None:
    done = []
    with whole_transaction():
        at_end(lambda: at_end(lambda: done.append(connection.in_atomic_block)))
    assert done == [True]


def test_it_needs_a_transaction_around() -> None:
    with pytest.raises(RuntimeError):
        at_end(lambda: None)
