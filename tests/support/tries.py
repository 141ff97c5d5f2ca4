"""Send many requests to one route in one world, and list what was wrong with the answers.

Each request runs in a savepoint that is rolled back, so that one world serves a hundred requests.
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
    # Django marks a test's own transaction so. Code that must be the outermost block (``durable``) still runs inside.
    savepoint._from_testcase = True
    with savepoint:
        yield
        transaction.set_rollback(True)
    _forget_tries()


def _forget_tries() -> None:
    """Delete the counts of tries that are kept outside of the database, where no rollback reaches them."""
    counters._memory._windows.clear()
    if not settings.REDIS_URL:
        return
    client = get_redis_connection()
    if counts := list(client.scan_iter("limit:*")):
        client.delete(*counts)


class Tries:
    """Send requests to one route. ``flaws`` lists each wrong answer, and each refusal that changed a row."""

    def __init__(self, api: APIClient, method: str, path: str) -> None:
        self.api, self.method, self.path = api, method, path
        self.before = all_rows()
        self.flaws: list[str] = []

    def must_answer(self, case: str, status: int, body: bytes = b"", content_type: str = JSON, **request: Any) -> None:
        """Note a flaw unless the answer has ``status``. A refusal must also be a problem document and change no row."""
        with taken_back():
            answer, writes = self._send(body, content_type, **request)
            if status >= 400:
                self._judge(case, answer, writes, status)
            elif answer.status_code != status:
                self.flaws.append(f"{case}: {answer.status_code} instead of {status}: {answer.content[:300]!r}")

    def must_refuse(self, case: str, body: bytes = b"", content_type: str = JSON, **request: Any) -> None:
        """Note a flaw unless the request is refused with any 4xx."""
        with taken_back():
            self._judge(case, *self._send(body, content_type, **request))

    def must_answer_alike(self, case: str, one: bytes, other: bytes) -> None:
        """Note a flaw unless both bodies get the same status. A refusal is checked as in ``must_answer``."""
        with taken_back():
            status = self._send(other, JSON)[0].status_code
        self.must_answer(case, status, one)

    def assert_flawless(self) -> None:
        assert not self.flaws, "\n".join(self.flaws)

    def _send(self, body: bytes, content_type: str, query: str = "", **extra: Any) -> tuple[HttpResponse, list[str]]:
        """Send the request. Return the answer, and the statements that wrote something."""
        # The query is set as a server sets it. The client would decode it and encode it again.
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
        # Rows are compared only if something was written, as that is slow. It may have been rolled back.
        if writes and (differences := changed(self.before, all_rows())):
            self.flaws.append(f"{case}: changed {differences}")
