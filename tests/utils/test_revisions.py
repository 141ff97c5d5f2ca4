"""The revision grows with every commit of a change, and writers don't wait for each other."""

import threading

import pytest
from django.db import connection, transaction

from utils.models import Revision
from utils.revisions import revision_change, revision_now

on_postgres = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")


@pytest.mark.django_db
def test_it_grows_with_every_change_of_a_transaction() -> None:
    before = revision_now()
    with transaction.atomic():
        revision_change()
        revision_change()

    assert revision_now() > before
    assert Revision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_rolled_back_does_not_count() -> None:
    with transaction.atomic():
        revision_change()
    before = revision_now()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        revision_change()
        raise ZeroDivisionError

    assert revision_now() == before


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_who_begins_first_and_commits_last_is_not_missed() -> None:
    """Change the revision twice at once. With the number of a sequence the commit that comes last would be missed."""
    has_changed, may_commit = threading.Event(), threading.Event()

    def change_slowly() -> None:
        try:
            with transaction.atomic():
                revision_change()
                has_changed.set()
                may_commit.wait(10)
        finally:
            connection.close()

    slow = threading.Thread(target=change_slowly)
    slow.start()
    assert has_changed.wait(10)
    before = revision_now()
    with transaction.atomic():
        revision_change()  # would wait for the other transaction, and fail after the lock timeout, with one row only
    between = revision_now()
    may_commit.set()
    slow.join()

    assert before < between < revision_now()
