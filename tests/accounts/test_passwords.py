"""Which passwords are taken, and that all of one counts."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
LONGEST = 128


@pytest.fixture(autouse=True)
def _production_hasher(settings: Any) -> None:
    """The suite's own is a fast one: it could hide what the real one does to long passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def register(password: str) -> tuple[int, str]:
    body = {"username": "nora.quist", "email": "nora.quist@example.com", "password": password}
    answer = APIClient().post(f"{AUTH}/register/", body)
    return answer.status_code, answer.json().get("code", "")


def sign_in(password: str) -> int:
    return APIClient().post(f"{AUTH}/token/", {"username": "nora.quist", "password": password}).status_code


@pytest.mark.parametrize(
    "password", ["k7#Vq2!", "password1", "Football1", "1029384756", "nora.quist@example.com", "Nora.Quist"]
)
def test_short_common_and_personal_ones_are_refused(password: str) -> None:
    assert register(password) == (400, "weak_password")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "almost"),
    [
        ("x" * (LONGEST - 1) + "a", "x" * (LONGEST - 1) + "b"),
        ("\N{KEY} a \N{GRINNING FACE}" * 25 + "end", "\N{KEY} a \N{GRINNING FACE}" * 25 + "enD"),
        (" blanks at both ends ", "blanks at both ends"),
        ("a tab\tand a line\n", "a tab\tand a line"),
    ],
)
def test_all_of_a_password_counts(password: str, almost: str) -> None:
    assert len(password) <= LONGEST
    assert register(password)[0] == 201
    assert [sign_in(guess) for guess in (almost, password)] == [401, 200]


def test_what_is_longer_is_refused_not_cut() -> None:
    assert register("x" * (LONGEST + 1)) == (400, "invalid")
    assert register("x" * LONGEST)[0] == 201
    assert sign_in("x" * LONGEST + "y") == 400


@pytest.mark.parametrize("ask", [register, sign_in])
def test_a_megabyte_is_refused_without_being_hashed(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is what would take time."""

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("It was hashed.")

    monkeypatch.setattr(Argon2PasswordHasher, "encode", fail)
    assert ask("x" * 1_000_000) in (400, (400, "invalid"))
