"""Count how many SQL statements an operation takes, in this process and with the server's settings."""

import re
from itertools import islice
from random import Random

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.client import PROXY_HEADERS, BenchRequest
from bench.figures import Statements
from bench.workloads import BenchShop, Operation, Workload, rows

_OPERATIONS = 20
_CONTROL = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def is_control(sql: str) -> bool:
    """Return whether a statement begins or ends a transaction or a savepoint."""
    return bool(_CONTROL.match(sql))


def count_statements(workload: Workload, shop: BenchShop) -> Statements:
    """Return the mean number of statements of a few operations.

    Raise ``RuntimeError`` when an operation is refused, or lists another number of products than it should.
    """
    client = Client()
    stream = workload.operations(shop, Random(0))  # noqa: S311 - must repeat itself
    for operation in islice(stream, 2):  # not counted: they do the lazy imports and fill the caches
        _perform(client, operation, workload)
    queries = control = checks = 0
    for operation in islice(stream, _OPERATIONS):
        _perform(client, operation[: workload.prepared], workload)
        for request in operation[workload.prepared :]:
            with CaptureQueriesContext(connection) as captured:
                _perform(client, (request,), workload)
            found = [is_control(query["sql"]) for query in captured]
            control += sum(found)
            queries += len(found) - sum(found)
            # Django checks the connection before a request's first statement, and does not log that.
            checks += int(bool(found) and bool(connection.settings_dict["CONN_HEALTH_CHECKS"]))
    return Statements(queries / _OPERATIONS, control / _OPERATIONS, checks / _OPERATIONS)


def _perform(client: Client, operation: Operation, workload: Workload) -> None:
    for request in operation:
        status, body = _answer(client, request)
        if status >= 300:
            raise RuntimeError(f"{workload.key}: {request.method} {request.path} answered {status}: {body[:300]!r}")
        if workload.rows is not None and rows(body) != workload.rows:
            raise RuntimeError(f"{workload.key}: {request.path} lists {rows(body)} products, not {workload.rows}.")


def _answer(client: Client, request: BenchRequest) -> tuple[int, bytes]:
    response = client.generic(
        request.method,
        request.path,
        data=request.body,
        content_type="application/json",
        headers={**PROXY_HEADERS, **request.headers},
    )
    return response.status_code, response.content
