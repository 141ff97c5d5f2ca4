"""Every write route, staff and others: an entry for whom there must be one, none for whom there must not."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import AuditEntry, User
from tests.factories import PASSWORD
from tests.support.endpoints import WRITES
from tests.support.tries import taken_back
from tests.support.world import World, client_with_token
from tests.support.writes import STAFF, Write, fill

pytestmark = pytest.mark.django_db


@pytest.mark.battery
@pytest.mark.parametrize("write", [write for write in WRITES if write.who != STAFF], ids=str)
def test_others_leave_none(world: World, write: Write) -> None:
    with taken_back():
        assert _send(world.api[write.who], write, world.words()).status_code == write.status
        assert not AuditEntry.objects.exists()


@pytest.mark.battery
@pytest.mark.parametrize("write", [write for write in WRITES if write.who == STAFF], ids=str)
def test_every_write_of_staff_leaves_an_entry(world: World, write: Write) -> None:
    boss = User.objects.create_superuser("auditor", "auditor@example.com", PASSWORD)
    answer = _send(client_with_token(boss), write, world.words())
    assert answer.status_code == write.status
    assert AuditEntry.objects.filter(actor=boss, request_id=answer["X-Request-ID"]).exists()


def _send(client: APIClient, write: Write, words: dict[str, Any]) -> Any:
    body = json.dumps(fill(write.body, words))
    return client.generic(write.method, write.path.format(**words), body, content_type="application/json")
