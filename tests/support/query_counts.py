"""The number of SQL statements of a request, compared with ``tests/query_counts.json``.

Everything from the token's session to the answer counts, savepoints too: inside a test the request's transaction is a
savepoint, which costs as many statements as BEGIN and COMMIT. What runs after the commit (the delivery of events, and
so mail and notifications) does not count, because a worker does it in production. The figures are the same on SQLite
and PostgreSQL.

``UPDATE_QUERY_COUNTS=1 pytest tests/flows/test_query_counts.py`` writes the file anew; the diff shows what changed.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Product
from payments.models import Payment
from tests.support.tries import taken_back
from utils.api import outlines

CountedRequest = Callable[[], HttpResponse]
BASELINE = Path(__file__).resolve().parents[1] / "query_counts.json"


@dataclass(frozen=True)
class CountedShop:
    """Hold one of everything that requests need.

    ``product`` has several variants, ``single`` has one. ``payment`` belongs to the customer's newest order.
    """

    product: Product
    single: Product
    payment: Payment
    customer: APIClient
    staff: APIClient
    anonymous: APIClient


def statements(request: Callable[[], HttpResponse]) -> list[str]:
    """Return the SQL statements of one successful request, and undo its effect."""
    with taken_back(), CaptureQueriesContext(connection) as captured:
        answer = request()
        assert answer.status_code < 300, answer.content
    return [query["sql"] for query in captured.captured_queries]


def counts_of(name: str, request: Callable[[], HttpResponse]) -> dict[str, int]:
    """Count the statements of a request with an empty cache and, where that differs, with a filled cache."""
    cache.clear()
    outlines.recent.clear()
    first, again = len(statements(request)), len(statements(request))
    return {name: first} if first == again else {name: first, f"{name}, again": again}


def baseline() -> dict[str, int]:
    return json.loads(BASELINE.read_text())


def is_updating() -> bool:
    return os.environ.get("UPDATE_QUERY_COUNTS") == "1"


def write_baseline(counts: dict[str, int]) -> None:
    BASELINE.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
