"""Nobody raises themselves over the API, and the last who can hand out rights does not go by it either."""

import pytest

from accounts.models import User
from tests.factories import PASSWORD
from tests.support.rows import all_rows, changed
from tests.support.world import World

pytestmark = pytest.mark.django_db

RAISED = {"role": "staff", "is_superuser": True, "is_staff": True, "is_active": True, "groups": [1, 2, 3]}
LOWERED = {"role": "customer", "is_superuser": False, "is_active": False, "groups": []}


@pytest.mark.parametrize("caller", ["customer", "seller", "staff without group", "orders", "staff", "superuser"])
def test_ones_own_profile_gives_and_takes_no_rights(world: World, caller: str) -> None:
    before = all_rows()
    for body in (RAISED, LOWERED):
        assert world.api[caller].patch("/api/v1/auth/me/", body).status_code == 400
        assert world.api[caller].put("/api/auth/profile/", body).status_code == 200
    ours = [
        difference for difference in changed(before, all_rows()) if not difference.startswith("accounts_auditentry")
    ]
    assert ours == []


def test_the_last_superuser_does_not_erase_the_account(world: World) -> None:
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1
    assert world.api["superuser"].post("/api/v1/auth/me/erase/", {"password": PASSWORD}).status_code == 409
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1
