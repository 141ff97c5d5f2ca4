"""The embedded shop with its simulator, started once for all tests that only need it to run."""

from collections.abc import Iterator

import pytest

from tests.support.embedded_shop import BUYER, embedded_shop

STAFF = """
from accounts.models import User
User.objects.create_superuser("boss", "boss@example.com", "a long password 77")
"""


@pytest.fixture(scope="session")
def simulated_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a shop in KES, with the accounts ``buyer`` and ``boss``, and yield its URL."""
    folder = tmp_path_factory.mktemp("simulator")
    with embedded_shop(folder, code=BUYER + STAFF, DEFAULT_CURRENCY="KES", PAYMENT_SIMULATOR="1") as shop:
        yield shop
