"""The fixtures that every test may use."""

import os
from pathlib import Path
from zlib import crc32

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import make_staff, make_user
from tests.support.flushing import empty_only_what_is_filled
from utils import counters
from utils.api import outlines
from utils.api.answers.memory import memory


def pytest_configure() -> None:
    """Replace the shop's own database by a file that doesn't exist.

    So a query outside of a test with a database fails, and touches nothing.
    """
    empty_only_what_is_filled()
    connections.databases["default"]["NAME"] = str(settings.SCRATCH / "this test asked for no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what has been asked on SQLite already and can't differ; ``WHOLE_SUITE=1`` runs it all.

    That is four in five tests of each battery, the same ones each time: a battery asks one question of every route,
    which the code answers before any statement that the two databases could treat differently. And it is the tests of
    some packages that use neither a database nor Redis.
    """
    if connection.vendor == "sqlite" or os.environ.get("WHOLE_SUITE"):
        return
    left_out = {item for item in items if _is_left_out_of_a_battery(item) or _uses_no_database(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_left_out_of_a_battery(item: pytest.Item) -> bool:
    return item.get_closest_marker("battery") is not None and crc32(item.nodeid.encode()) % 5 != 0


def _uses_no_database(item: pytest.Item) -> bool:
    package = item.path.relative_to(Path(__file__).parent).parts[0]
    if package not in {"architecture", "catalog", "exchange", "mutation"}:
        return False
    return item.get_closest_marker("django_db") is None and {"db", "transactional_db"}.isdisjoint(item.fixturenames)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    counters._memory._windows.clear()
    memory.clear()
    outlines.recent.clear()


@pytest.fixture
def customer(db: None) -> User:
    return make_user("carla")


@pytest.fixture
def other_customer(db: None) -> User:
    return make_user("oskar")


@pytest.fixture
def staff(db: None) -> User:
    return make_staff("stefan")


def client_of(user: User) -> APIClient:
    """Return a client that is signed in as ``user``, without a request for a token."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def anonymous_api() -> APIClient:
    return APIClient()


@pytest.fixture
def customer_api(customer: User) -> APIClient:
    return client_of(customer)


@pytest.fixture
def other_api(other_customer: User) -> APIClient:
    return client_of(other_customer)


@pytest.fixture
def staff_api(staff: User) -> APIClient:
    return client_of(staff)
