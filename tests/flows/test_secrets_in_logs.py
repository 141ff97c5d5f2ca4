"""The shop's log holds no secrets, while people sign in, buy, forget passwords and things go wrong."""

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings as django_settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from orders.services import place
from tests.factories import make_product, make_user
from tests.support.mail import code_in, link_in, mailed, token_in, wrong
from tests.support.server import daphne, free_port, running, two_workers
from utils.models import QueuedJob

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
EMAIL = "canary-mailbox@example.com"
PASSWORD = "canary horse battery 7"
NEW_PASSWORD = "canary horse battery 8"
WRONG_PASSWORD = "canary guess 9"
CARD = "4242424242424242"


class RefusingServer(BaseEmailBackend):
    """Refuse mail as mail servers do: with the recipient's address in the refusal."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused({EMAIL: (550, b"No such mailbox here: " + EMAIL.encode())})


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Collect the records of every logger from DEBUG on, with tracebacks.

    Loggers that don't pass their records on to the root are included.
    """
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    listened = [logging.root, *(logger for logger in known if not logger.propagate)]
    levels = [(logger, logger.level) for logger in [logging.root, *known]]
    for logger, _ in levels:
        logger.setLevel(logging.DEBUG)
    for logger in listened:
        logger.addHandler(handler)
    yield text
    for logger in listened:
        logger.removeHandler(handler)
    for logger, level in levels:
        logger.setLevel(level)


class Person:
    """Use the shop as a customer, and collect the ``secrets`` that nobody else may read."""

    def __init__(self) -> None:
        self.api = APIClient(raise_request_exception=False)
        self.secrets = {PASSWORD, NEW_PASSWORD, WRONG_PASSWORD, EMAIL, CARD, "Authorization", "Bearer"}

    def post(self, path: str, body: dict[str, Any], refused: int = 0) -> Any:
        """Post ``body`` and return the answer's body. ``refused`` is the expected status of a refusal, 0 for none."""
        answer = self.api.post(path, body)
        assert answer.status_code == refused or (not refused and answer.status_code < 300), answer.content
        return answer.json() if answer.content else None

    def keep(self, tokens: dict[str, str]) -> dict[str, str]:
        """Sign in with ``tokens``, and collect them as secrets."""
        self.secrets |= set(tokens.values()) | {token.rpartition(".")[2] for token in tokens.values()}
        self.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
        return tokens

    def register_and_sign_in(self) -> None:
        body = {"username": "canary", "email": EMAIL, "password": PASSWORD}
        self.keep(self.post(f"{AUTH}/register/", body)["tokens"])
        self.post(f"{AUTH}/register/", body, 409)
        code = code_in(mailed()[0])
        self.secrets.add(code)
        self.post(f"{AUTH}/email/verify/", {"email": EMAIL, "code": wrong(code)}, 400)
        self.post(f"{AUTH}/email/verify/", {"email": EMAIL, "code": code})
        for path in (f"{AUTH}/token/", "/api/auth/login/", f"{AUTH}/session/"):
            self.post(path, {"username": EMAIL, "password": WRONG_PASSWORD}, 401)
        tokens = self.keep(self.post(f"{AUTH}/token/", {"username": EMAIL, "password": PASSWORD}))
        self.keep(self.post(f"{AUTH}/token/refresh/", {"refresh": tokens["refresh"]}))
        Client().post("/admin/login/", {"username": EMAIL, "password": WRONG_PASSWORD})

    def buy(self, product: int, monkeypatch: pytest.MonkeyPatch) -> None:
        order = {"address": {"street": "1 Main Street"}, "note": CARD}
        self.post("/api/v1/orders/", order | {"card": CARD}, 400)
        self.post("/api/v1/cart/items/", {"product": product, "quantity": 1})
        for error, status in [(ZeroDivisionError("after the reading"), 500), (OperationalError("locked"), 503)]:
            with monkeypatch.context() as patch:
                patch.setattr(place, "stock_reserve", lambda error=error, **_: _raise(error))
                self.post("/api/v1/orders/", order, status)
        self.post("/api/v1/orders/", order)
        mailed()

    def forget_the_password(self) -> None:
        self.post(f"{AUTH}/password/reset/", {"email": EMAIL})
        self.post(f"{AUTH}/password/reset/", {"email": EMAIL, "by": "code"})
        self.post(f"{AUTH}/password/reset/", {"email": f"unknown-{EMAIL}"})
        sent = {message.subject: message for message in mailed()}
        token, code = token_in(sent["A new password"]), code_in(sent["Your code"])
        self.secrets |= {token, code}
        used = {"email": EMAIL, "code": code, "password": NEW_PASSWORD}
        self.post(f"{AUTH}/password/reset/by-code/", {**used, "code": wrong(code)}, 400)
        self.post(f"{AUTH}/password/reset/by-link/", {"token": token, "password": NEW_PASSWORD})
        self.post(f"{AUTH}/password/reset/by-link/", {"token": token, "password": NEW_PASSWORD}, 400)
        self.post(f"{AUTH}/password/reset/by-code/", used, 400)
        mailed()


def _raise(error: Exception) -> None:
    raise error


def leaked(person: Person, log: StringIO) -> list[str]:
    written = log.getvalue()
    return [line for line in written.splitlines() if any(secret in line for secret in person.secrets)]


def test_of_a_customers_way_through_the_shop(log: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person()
    person.register_and_sign_in()
    person.buy(make_product().pk, monkeypatch)
    assert mail.outbox == [], "an error is mailed to nobody"
    person.forget_the_password()
    person.api.get(f"{AUTH}/me/")  # with a token that has ended
    assert "ZeroDivisionError" in log.getvalue(), "the control: errors are logged in full"
    assert leaked(person, log) == []


def test_of_a_link_with_its_secret_in_the_path(log: StringIO) -> None:
    person = Person()
    make_user("canary", email=EMAIL)
    person.post("/accounts/request-reset-email/", {"email": EMAIL})
    path = urlsplit(link_in(mailed()[0])).path
    person.secrets.add(path.split("/")[-2])
    person.post(path, {"password": "12345678"}, 400)
    person.post(path, {"password": NEW_PASSWORD})
    person.post(path, {"password": NEW_PASSWORD}, 400)
    assert "accounts/password-reset-confirm/<slug:uid>" in log.getvalue(), "the control: refusals are logged"
    assert leaked(person, log) == []


@pytest.mark.parametrize("path", ["/accounts/password-reset-confirm/MTA/{}", "/safwebhook/{}/more/", "/nothing/{}/"])
def test_of_a_secret_in_an_address_that_there_is_not(log: StringIO, path: str) -> None:
    person = Person()
    secret = "canary" * 8
    person.secrets.add(secret)
    person.post(path.format(secret), {}, 404)
    assert path.partition("{")[0] in log.getvalue(), "the control: refusals are logged"
    assert leaked(person, log) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("sockets")
@pytest.mark.parametrize("server", [daphne, two_workers])
def test_of_what_a_server_prints(server: Callable[[int], list[str]], tmp_path: Path) -> None:
    secret, port, output = "canary" * 8, free_port(), tmp_path / "output"
    with running(server(port), port, log=output) as address:
        refused = {
            f"/accounts/password-reset-confirm/MTA/{secret}/": 400,
            f"/api/reset-password/MTA.{secret}/": 404,
            f"/safwebhook/{secret}/": 404,
            f"/api/v1/payments/cb/{secret}/": 404,
            f"/ws/orders/notifications/?ticket={secret}": 404,
        }
        for path, status in refused.items():
            assert requests.post(f"{address}{path}", json={"password": NEW_PASSWORD}).status_code == status, path
        if server is daphne:
            address = f"ws://127.0.0.1:{port}/ws/orders/notifications/?ticket={secret}"
            with connect(address) as opened, pytest.raises(ConnectionClosed):
                opened.recv(timeout=10)
    written = output.read_text()
    assert "POST /accounts/password-reset-confirm/<slug:uid>/<slug:secret>/ 400" in written, "the control"
    assert "canary" not in written


def test_of_a_request_that_outlives_its_client(log: StringIO) -> None:
    connection = "<WebRequest at 0x7f method=GET uri=/safwebhook/canary/?ticket=canary clientproto=HTTP/1.1>"
    daphne_log = logging.getLogger("daphne.server")
    daphne_log.warning("Application instance %r for connection %s took too long.", 1, connection)
    assert "method=GET uri=... clientproto=HTTP/1.1" in log.getvalue()
    assert "canary" not in log.getvalue()


@pytest.mark.skipif(django_settings.JOBS_BACKEND != "database", reason="looks at the embedded queue")
def test_of_a_mailbox_that_its_server_refuses(log: StringIO, settings: Any) -> None:
    person = Person()
    make_user("canary", email=EMAIL)
    settings.EMAIL_BACKEND = f"{__name__}.{RefusingServer.__name__}"
    person.post(f"{AUTH}/password/reset/", {"email": EMAIL})
    mailed()
    assert "SMTPRecipientsRefused [550]" in log.getvalue()
    assert leaked(person, log) == []
    assert EMAIL not in QueuedJob.objects.get().last_error
