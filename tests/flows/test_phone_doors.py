"""Every field for a telephone number takes it in any form, and refuses a bad number before anything is written."""

import json
import re
from typing import Any

import pytest

from payments.gateways import gateway
from payments.gateways.mpesa import Mpesa
from tests.support.endpoints import WRITES
from tests.support.rows import all_rows, written
from tests.support.tries import taken_back
from tests.support.world import World
from tests.support.writes import Write

pytestmark = pytest.mark.django_db
PASTED = [
    "+254 (0) 712 345678",
    "00254712345678",
    "\u202a+254 712 345 678\u202c",
    "0712\u00a0345\u00a0678",
    "\uff10712345678",
]
PASTED += ["\u0660\u0667\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"]
DOORS = [(write, name) for write in WRITES for name in write.fields if re.search(r"phone|mpesa", name)]
# The start of a payment passes the number to the gateway and does not keep it, and a quote keeps nothing.
KEPT = [(write, name) for write, name in DOORS if not write.path.endswith(("/start/", "/quote/"))]


@pytest.fixture
def words(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    settings.PHONE_REGION = "KE"
    monkeypatch.setattr(gateway("mpesa"), "refusal_of_phone", Mpesa().refusal_of_phone, raising=False)
    return world.words()


def test_every_door_is_known() -> None:
    assert len({(write.method, write.path) for write, _ in DOORS}) == 15


@pytest.mark.parametrize(("write", "name"), KEPT, ids=str)
def test_a_pasted_number_is_kept_as_one(world: World, words: dict[str, Any], write: Write, name: str) -> None:
    before = all_rows()
    for pasted in PASTED:
        with taken_back():
            answer = send(world, words, write, name, pasted)
            assert answer.status_code == write.status, answer.content
            rows = [row for row in written(before, all_rows()) if "+254712345678" in row.values()]
            assert rows, pasted


@pytest.mark.parametrize(("write", "name"), DOORS, ids=str)
def test_what_is_no_number_is_refused_by_name(world: World, words: dict[str, Any], write: Write, name: str) -> None:
    before = all_rows()
    for flaw in ["my phone", "12345", "+254 712 345 678 901 234", "+999 712345678", "0712345678 or 0722345678"]:
        with taken_back():
            answer = send(world, words, write, name, flaw)
            pointers = [error["pointer"] for error in answer.json()["errors"]]
            assert (answer.status_code, pointers) == (400, [f"/{name.replace('.', '/')}"])
            assert written(before, all_rows()) == []


def send(world: World, words: dict[str, Any], write: Write, name: str, phone: str) -> Any:
    body = write.json_with(words, name, json.dumps(phone))
    path = write.path.format(**words)
    return world.api[write.who].generic(write.method, path, body, content_type="application/json")
