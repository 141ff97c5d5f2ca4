"""Bodies that nobody means well, sent to every route that reads one: refused with a problem, and nothing changes.

Each case runs in a savepoint that is taken back, so that one world serves a route's hundred cases.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse

from tests.support.endpoints import WRITES, Write
from tests.support.hostile import BODIES, TOO_LARGE, VALUES
from tests.support.problems import flaw
from tests.support.rows import all_rows, changed
from tests.support.world import World, make_world

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Tries:
    """Requests to one route, and what was wrong with the answers."""

    def __init__(self, world: World, write: Write) -> None:
        self.words = world.words()
        self.write = write
        self.api = world.api[write.who]
        self.before = all_rows()
        self.flaws: list[str] = []

    def send(self, body: bytes, content_type: str = JSON) -> HttpResponse:
        path = self.write.path.format(**self.words)
        return self.api.generic(self.write.method, path, body, content_type=content_type)

    def must_answer(self, case: str, status: int, body: bytes, content_type: str = JSON) -> None:
        with taken_back():
            answer = self.send(body, content_type)
            if status >= 400:
                self._judge_refusal(case, answer, status)
            elif answer.status_code != status:
                self.flaws.append(f"{case}: {answer.status_code} instead of {status}: {answer.content[:300]!r}")

    def must_refuse(self, case: str, body: bytes, content_type: str = JSON) -> None:
        with taken_back():
            self._judge_refusal(case, self.send(body, content_type))

    def _judge_refusal(self, case: str, answer: HttpResponse, status: int | None = None) -> None:
        if found := flaw(answer):
            self.flaws.append(f"{case}: {found}")
        elif status and answer.status_code != status:
            self.flaws.append(f"{case}: {answer.status_code} instead of {status}")
        if differences := changed(self.before, all_rows()):
            self.flaws.append(f"{case}: changed {differences}")


@pytest.fixture(params=WRITES, ids=str)
def tries(request: pytest.FixtureRequest, world: World) -> Tries:
    return Tries(world, request.param)


def test_a_good_body_is_accepted(tries: Tries) -> None:
    """Without this the refusals below would prove nothing."""
    tries.must_answer("the good body", tries.write.status, tries.write.json(tries.words))
    assert tries.flaws == []


def test_each_field_refuses_what_it_can_not_hold(tries: Tries) -> None:
    for name, accepted in tries.write.fields.items():
        for value, literal in VALUES.items():
            body = tries.write.json_with(tries.words, name, literal)
            if value in accepted:
                tries.must_answer(f"{name} is {value}", tries.write.status, body)
            else:
                tries.must_refuse(f"{name} is {value}", body)
    assert tries.flaws == []


def test_bodies_that_are_no_object_are_refused(tries: Tries) -> None:
    for name, body in BODIES.items():
        tries.must_answer(name, 400, body)
    tries.must_answer("an empty object", tries.write.empty, b"{}")
    tries.must_answer("no body", tries.write.empty, b"")
    tries.must_answer("too large a body", 413, TOO_LARGE)
    assert tries.flaws == []
