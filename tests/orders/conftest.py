"""Fixtures of the tests of orders."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

PROMOTIONS = "/api/v1/promotions/"
TENTH = {"name": "A tenth off", "kind": "percentage", "value": "10", "scope": "order"}
Promote = Callable[..., dict[str, Any]]


@pytest.fixture
def promote(staff_api: APIClient) -> Promote:
    """Create a promotion as staff do; ``code`` adds a code to it."""

    def create(*, code: str = "", is_single_use: bool = False, **fields: Any) -> dict[str, Any]:
        answer = staff_api.post(PROMOTIONS, {**TENTH, "needs_code": bool(code), **fields})
        assert answer.status_code == 201, answer.content
        if code:
            added = staff_api.post(
                f"{PROMOTIONS}{answer.json()['id']}/codes/", {"code": code, "is_single_use": is_single_use}
            )
            assert added.status_code == 201, added.content
        return answer.json()

    return create
