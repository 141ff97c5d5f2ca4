"""A kept connection is checked before a request without a round trip to the server."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from utils.postgresql.base import DatabaseWrapper

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]


@pytest.fixture
def kept() -> Iterator[DatabaseWrapper]:
    """Return a connection of its own, to the same database, as production makes and keeps it."""
    settings: Any = {**connections["default"].settings_dict, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    wrapper = DatabaseWrapper(settings, alias="default")
    wrapper.connect()
    yield wrapper
    wrapper.close()


def backend_of(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_one_that_stands_is_kept_and_sends_nothing(kept: DatabaseWrapper) -> None:
    backend = backend_of(kept)
    with connection.cursor() as other:
        other.execute("SELECT query_start FROM pg_stat_activity WHERE pid = %s", [backend])
        before = other.fetchone()
        assert kept.is_usable()
        other.execute("SELECT pg_stat_clear_snapshot()")
        other.execute("SELECT query_start FROM pg_stat_activity WHERE pid = %s", [backend])
        assert other.fetchone() == before


def test_one_that_the_server_ended_is_made_anew(kept: DatabaseWrapper) -> None:
    backend = backend_of(kept)
    with connection.cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        assert other.fetchone() == (True,)
    kept.close_if_unusable_or_obsolete()  # as Django does at the begin of a request
    assert backend_of(kept) != backend


def test_a_closed_one_is_not_usable(kept: DatabaseWrapper) -> None:
    kept.connection.close()
    assert not kept.is_usable()
    kept.close()
    assert not kept.is_usable()
