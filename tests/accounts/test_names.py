"""Names of sign-in: one spelling for each, in any one script, and none that passes for another."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
import requests
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from tests.admin.shown_forms import shown_form
from tests.factories import PASSWORD, make_staff, make_user
from tests.support.server import running_shop

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
# Every registration with a name of one's own: the shop's and the contracts'.
REGISTRATIONS = [f"{AUTH}/register/", "/api/register/", "/registration/", "/api/auth/register/"]
NAMES = ["নমিতা", "हिन्दी", "สมชาย", "Ярослав", "Ελένη", "محمد", "ひらカタ漢字tom", "김하늘", "Zoë.Müller", "đặng_1"]
CYRILLIC_S = "\N{CYRILLIC SMALL LETTER ES}"


def register(name: str, path: str = REGISTRATIONS[0], **fields: str) -> Any:
    body = {"username": name, "email": f"user{User.objects.count()}@example.com", "password": PASSWORD}
    if path != REGISTRATIONS[0]:
        body |= {"password2": PASSWORD, "password1": PASSWORD}
    return APIClient().post(path, body | fields)


@pytest.mark.parametrize("path", REGISTRATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_be_in_any_script(path: str, name: str) -> None:
    answer = register(name, path)
    assert answer.status_code == 201, answer.content
    signed_in = APIClient().post(f"{AUTH}/token/", {"username": name, "password": PASSWORD})
    assert signed_in.status_code == 200


@pytest.mark.parametrize("path", REGISTRATIONS)
@pytest.mark.parametrize(
    "name", [f"{CYRILLIC_S}ustomer", "\N{GREEK SMALL LETTER ALPHA}lice", "\N{BENGALI SIGN VIRAMA}a"]
)
def test_letters_of_two_alphabets_or_a_lone_mark_are_refused(path: str, name: str) -> None:
    assert register(name, path).status_code == 400
    assert not User.objects.exists()


@pytest.mark.parametrize("path", REGISTRATIONS)
@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("coco", "\u0441\u043e\u0441\u043e"),
        ("BOB", "\u0412\u041e\u0412"),
        ("\u0441\u043e\u0441\u043e", "coco"),
        ("alice", "\N{LATIN SMALL LETTER ALPHA}lice"),
        ("xë", "\u0445\u0451"),
    ],
)
def test_a_name_that_looks_like_anothers_is_taken(path: str, there: str, name: str) -> None:
    make_user(there, email="there@example.com")
    answer = register(name, path)
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second"), [("user1", "userl"), ("modern", "rnodern"), ("o0", "oo"), ("kiwi", "k\u0131wi")]
)
def test_plain_latin_names_are_told_apart_as_before(first: str, second: str) -> None:
    assert [register(first).status_code, register(second).status_code] == [201, 201]


class TestInTheAdmin:
    @pytest.fixture
    def boss(self) -> Client:
        client = Client()
        client.force_login(make_staff("boss", is_superuser=True))
        return client

    def add(self, boss: Client, name: str) -> bool:
        url = reverse("admin:accounts_user_add")
        typed = {"username": name, "email": "", "password1": PASSWORD, "password2": PASSWORD}
        boss.post(url, shown_form(boss, url) | typed)
        return User.objects.filter(username=name).exists()

    def test_the_same_rules_hold(self, boss: Client) -> None:
        make_user("coco")
        assert [self.add(boss, name) for name in NAMES] == [True] * len(NAMES)
        assert not self.add(boss, f"{CYRILLIC_S}ustomer")
        assert not self.add(boss, "\u0441\u043e\u0441\u043e")


@pytest.mark.parametrize("name", NAMES)
def test_createsuperuser_takes_them_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username=name, email="boss@example.com", interactive=False, verbosity=0)
    assert User.objects.get().is_superuser


def test_createsuperuser_refuses_two_alphabets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError):
        call_command("createsuperuser", username=f"{CYRILLIC_S}ustomer", email="b@example.com", interactive=False)
    assert not User.objects.exists()


def test_names_that_looked_alike_before_stay() -> None:
    """The migration keeps both; the second is saved as before, and its next name counts."""
    first, second = make_user("coco"), make_user("other")
    User.objects.filter(pk=second.pk).update(username="\u0441\u043e\u0441\u043e", username_look=None)
    User.objects.update(username_look=None)
    import_module("accounts.migrations.0007_names_that_look_alike").fill(apps, None)
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.username_look, second.username_look) == ("coco", None)
    second.save()
    assert User.objects.get(pk=second.pk).username_look is None


class TestMailboxes:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("a@b\u00fccher.example", "a@xn--bcher-kva.example"),
            ("a@xn--bcher-kva.example", "a@B\u00dcCHER.example"),
            ("a@b\u00fccher.example", "a@bu\u0308cher.example"),
        ],
    )
    @pytest.mark.parametrize("path", REGISTRATIONS)
    def test_two_spellings_of_a_domain_are_one(self, path: str, first: str, second: str) -> None:
        assert register("first", path, email=first).status_code == 201
        answer = register("second", path, email=second)
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
        assert User.objects.count() == 1
        for spelling in (first, second):
            body = {"username": spelling, "password": PASSWORD}
            assert APIClient().post(f"{AUTH}/token/", body).status_code == 200

    def test_mail_goes_to_the_domain_that_was_named(self) -> None:
        """The older standard would make of the German letter two others, and of the domain somebody else's."""
        make_user("anna", email="anna@fa\u00df.example")
        mail.EmailMessage("Hello", "There", to=[User.objects.get().email or ""]).send()
        assert "anna@xn--fa-hia.example" in mail.outbox[0].message()["To"]

    def test_the_migration_respells_what_is_stored(self) -> None:
        alone, there, double = make_user(), make_user(email="b@xn--bcher-kva.example"), make_user()
        User.objects.filter(pk=alone.pk).update(email="a@b\u00fccher.example")
        User.objects.filter(pk=double.pk).update(email="b@b\u00fccher.example")
        import_module("accounts.migrations.0007_names_that_look_alike").spell_domains(apps, None)
        stored = [User.objects.get(pk=user.pk).email for user in (alone, there, double)]
        assert stored == ["a@xn--bcher-kva.example", "b@xn--bcher-kva.example", "b@b\u00fccher.example"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("concurrency")
def test_of_names_that_look_alike_one_is_registered() -> None:
    gate = threading.Barrier(12)

    def enter(turn: int) -> int:
        body = {"username": ("coco", "\u0441\u043e\u0441\u043e")[turn % 2], "password": PASSWORD}
        body["email"] = f"user{turn}@example.com"
        gate.wait(timeout=20)
        return requests.post(f"{address}{AUTH}/register/", json=body, timeout=60).status_code

    with running_shop() as address, ThreadPoolExecutor(max_workers=12) as pool:
        assert Counter(pool.map(enter, range(12))) == {201: 1, 409: 11}
    connection.close()
    assert User.objects.count() == 1
