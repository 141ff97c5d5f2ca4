"""Many requests to one route in one world, and a list of what was wrong with the answers.

Each runs in a savepoint that is taken back, so that one world serves a hundred of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from tests.support.problems import flaw
from tests.support.rows import all_rows, changed, writes_watched
from utils import counters

JSON = "application/json"


@contextmanager
def taken_back() -> Iterator[None]:
    savepoint = transaction.atomic()
    # As Django marks a test's own transaction: what insists on being the outermost block still runs inside.
    savepoint._from_testcase = True
    with savepoint:
        yield
        transaction.set_rollback(True)
    _forget_tries()


def _forget_tries() -> None:
    """Outside of the database the counts of tries are not taken back with the rest."""
    counters._memory._windows.clear()
    if not settings.REDIS_URL:
        return
    client = get_redis_connection()
    if counts := list(client.scan_iter("limit:*")):
        client.delete(*counts)


class Tries:
    """``flaws`` is empty as long as every answer was as it must be and no refusal changed a row."""

    def __init__(self, api: APIClient, method: str, path: str) -> None:
        self.api, self.method, self.path = api, method, path
        self.before = all_rows()
        self.flaws: list[str] = []

    def must_answer(self, case: str, status: int, body: bytes = b"", content_type: str = JSON, **request: Any) -> None:
        """A refusal is looked at closely: it must be a problem document and leave no trace."""
        with taken_back():
            answer, writes = self._send(body, content_type, **request)
            if status >= 400:
                self._judge(case, answer, writes, status)
            elif answer.status_code != status:
                self.flaws.append(f"{case}: {answer.status_code} instead of {status}: {answer.content[:300]!r}")

    def must_refuse(self, case: str, body: bytes = b"", content_type: str = JSON, **request: Any) -> None:
        """With whichever 4xx."""
        with taken_back():
            self._judge(case, *self._send(body, content_type, **request))

    def must_answer_alike(self, case: str, one: bytes, other: bytes) -> None:
        """Both bodies get the same answer; if that is a refusal, it is looked at closely."""
        with taken_back():
            status = self._send(other, JSON)[0].status_code
        self.must_answer(case, status, one)

    def assert_flawless(self) -> None:
        assert not self.flaws, "\n".join(self.flaws)

    def _send(self, body: bytes, content_type: str, query: str = "", **extra: Any) -> tuple[HttpResponse, list[str]]:
        """Return the answer, and the statements that wrote on the way to it."""
        # The query is set as the server would: the client would decode and encode it again.
        with writes_watched() as writes:
            answer = self.api.generic(
                self.method,
                self.path,
                body,
                content_type=content_type,
                QUERY_STRING=query.encode().decode("latin-1"),
                **extra,
            )
        return answer, writes

    def _judge(self, case: str, answer: HttpResponse, writes: list[str], status: int | None = None) -> None:
        if found := flaw(answer):
            self.flaws.append(f"{case}: {found}")
        elif status and answer.status_code != status:
            self.flaws.append(f"{case}: {answer.status_code} instead of {status}: {answer.content[:300]!r}")
        # What was written may have been rolled back: only then are all rows compared.
        if writes and (differences := changed(self.before, all_rows())):
            self.flaws.append(f"{case}: changed {differences}")
