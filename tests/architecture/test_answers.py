"""Every successful answer writes amounts as text, never as binary fractions."""

import json
from typing import Any, NoReturn

import pytest

from tests.architecture.routes import FROM_GATEWAYS, ROUTES, path_of
from tests.support.endpoints import WRITES
from tests.support.tries import taken_back
from tests.support.world import World
from tests.support.writes import fill

pytestmark = pytest.mark.django_db

GETS = [
    pattern
    for pattern, methods in ROUTES.items()
    if "GET" in methods and pattern.startswith("api/") and not pattern.startswith(FROM_GATEWAYS)
]


def refuse_fraction(text: str) -> NoReturn:
    raise AssertionError(f"a number with a fraction: {text}")


def read_strictly(content: bytes) -> Any:
    return json.loads(content, parse_float=refuse_fraction, parse_constant=refuse_fraction)


def test_no_answer_to_reading_holds_a_fraction(world: World) -> None:
    words = world.words()
    answered = set()
    for pattern in GETS:
        for role, api in world.api.items():
            answer = api.get(path_of(pattern, words))
            if answer.status_code == 200:
                read_strictly(answer.content)
                answered.add(pattern)
            else:
                assert answer.status_code in {401, 403, 404}, f"{role} {pattern}"
    assert answered == set(GETS)


@pytest.mark.battery
@pytest.mark.parametrize("write", WRITES, ids=str)
def test_no_answer_to_writing_holds_a_fraction(world: World, write: Any) -> None:
    words = world.words()
    with taken_back():
        body = json.dumps(fill(write.body, words))
        answer = world.api[write.who].generic(
            write.method, write.path.format(**words), body, content_type="application/json"
        )
    assert answer.status_code == write.status
    if answer.content:
        read_strictly(answer.content)
