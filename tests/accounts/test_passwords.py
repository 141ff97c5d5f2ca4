"""Test which passwords are accepted, and that every character of one counts."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client
from rest_framework.test import APIClient

from accounts import passwords, resets
from accounts.models import Role, User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
LONGEST = 128


@pytest.fixture(autouse=True)
def _production_hasher(settings: Any) -> None:
    """Use production's hasher: the suite's fast one could hide what the real one does to long passwords."""
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


# Composed and decomposed, and with the space that a Mac types with the option key.
SPELLINGS = ["Zo\u00eb\u2019s caf\u00e9 34", "Zoe\u0308\u2019s cafe\u0301 34", "Zo\u00eb\u2019s\u00a0caf\u00e9 34"]


@pytest.mark.parametrize("chosen", SPELLINGS)
def test_a_password_signs_in_however_its_letters_are_written(chosen: str) -> None:
    assert register(chosen)[0] == 201
    assert [sign_in(spelling) for spelling in SPELLINGS] == [200, 200, 200]
    assert sign_in("Zoe\u2019s cafe 34") == 401


@pytest.mark.parametrize("hashed", SPELLINGS[:2])
def test_hashes_of_what_was_typed_stay_good(hashed: str) -> None:
    make_user("nora.quist")
    User.objects.update(password=make_password(hashed))
    assert [sign_in(spelling) for spelling in SPELLINGS[:2]] == [200, 200]


class TestHashingAFewAtATime:
    """All of a process's turns are taken: nothing is hashed, and nothing changes."""

    @pytest.fixture(autouse=True)
    def _no_turn_comes(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        make_user("nora.quist", role=Role.STAFF, is_superuser=True)
        make_user("carla")
        monkeypatch.setattr(passwords, "WAIT_SECONDS", 0)
        monkeypatch.setattr(passwords, "_slots", threading.Semaphore(0))

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("token/", {"username": "carla", "password": PASSWORD}),
            ("token/", {"username": "nobody", "password": PASSWORD}),
            ("session/", {"username": "carla", "password": PASSWORD}),
            ("register/", {"username": "dora", "email": "dora@example.com", "password": PASSWORD}),
            ("password/", {"old_password": PASSWORD, "new_password": "another horse battery 8"}),
            ("email/change/", {"email": "new@example.com", "password": PASSWORD}),
            ("me/erase/", {"password": PASSWORD}),
        ],
    )
    def test_the_api(self, path: str, body: dict[str, str]) -> None:
        carla = User.objects.get(username="carla")
        client = APIClient(enforce_csrf_checks=False)
        if path in ("password/", "email/change/", "me/erase/"):
            client.force_authenticate(carla)

        answer = client.post(f"{AUTH}/{path}", body)

        assert (answer.status_code, answer.json()["code"]) == (503, "too_many_passwords")
        assert int(answer["Retry-After"]) > 0
        assert User.objects.count() == 2
        assert User.objects.get(username="carla").password == carla.password

    def test_a_reset_by_link_keeps_its_link(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token = str(resets.token_for(User.objects.get(username="carla")))
        body = {"token": token, "password": "another horse battery 8"}

        assert APIClient().post(f"{AUTH}/password/reset/by-link/", body).status_code == 503

        monkeypatch.setattr(passwords, "_slots", threading.Semaphore(1))
        assert APIClient().post(f"{AUTH}/password/reset/by-link/", body).status_code == 204

    def test_the_admin(self) -> None:
        boss, carla = User.objects.get(username="nora.quist"), User.objects.get(username="carla")
        client = Client()
        assert (
            b"Too many passwords"
            in client.post("/admin/login/", {"username": "nora.quist", "password": PASSWORD}).content
        )
        client.force_login(boss)
        new = {"password1": "another horse battery 8", "password2": "another horse battery 8"}

        answer = client.post(f"/admin/accounts/user/{carla.pk}/password/", new | {"usable_password": "true"})

        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert User.objects.get(username="carla").password == carla.password


@pytest.mark.parametrize(("turns", "most"), [(passwords.AT_ONCE, passwords.AT_ONCE), (20, 20)])
def test_no_more_than_a_few_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch, turns: int, most: int) -> None:
    """The second case is the negative control: with twenty slots, all twenty passwords are hashed at once."""
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(turns))
    inside, seen, lock = 0, 0, threading.Lock()

    def slow_hash(password: str, encoded: str) -> tuple[bool, bool]:
        nonlocal inside, seen
        with lock:
            inside += 1
            seen = max(seen, inside)
        time.sleep(0.1)
        with lock:
            inside -= 1
        return True, False

    monkeypatch.setattr(passwords, "verify_password", slow_hash)
    gate = threading.Barrier(20)

    def check(_: int) -> bool:
        gate.wait(timeout=10)
        return passwords.verify("a", "hash")[0]

    with ThreadPoolExecutor(max_workers=20) as pool:
        assert all(pool.map(check, range(20)))
    assert seen == most
