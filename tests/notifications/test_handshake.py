"""Test who may open a socket and keep it, without a server. ``test_sockets`` tests it over the network."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User, UserSession
from notifications import consumers, tickets
from notifications.handshake import Visitor, identify, still_welcome
from tests.factories import make_user
from tests.support.tokens import bearer

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "127.0.0.1:8000"
OWN = f"http://{HOST}"
TICKET = "/api/v1/notifications/ticket/"


@pytest.fixture
def buyer() -> User:
    return make_user("buyer")


@pytest.fixture
def browser(buyer: User) -> Client:
    """Return the buyer's browser, signed in with Django's session cookie."""
    client = Client()
    client.force_login(buyer)
    return client


def cookie(browser: Client) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def scope(query: bytes = b"", scheme: str = "ws", **headers: str) -> dict[str, Any]:
    named = {"host": HOST, **headers}
    return {
        "type": "websocket",
        "path": "/ws/orders/notifications/",
        "scheme": scheme,
        "query_string": query,
        "headers": [(name.replace("_", "-").encode(), value.encode("latin1")) for name, value in named.items()],
        "subprotocols": [],
    }


def visitor_of(query: bytes = b"", **options: str) -> Visitor | None:
    return async_to_sync(identify)(scope(query, **options))


def let_in(query: bytes = b"", **options: str) -> Visitor:
    visitor = visitor_of(query, **options)
    assert visitor is not None
    return visitor


def welcome(visitor: Visitor) -> bool:
    return async_to_sync(still_welcome)(visitor)


def ticket_by_token(user: User) -> bytes:
    answer = APIClient().post(TICKET, headers=bearer(user))
    return f"ticket={answer.json()['ticket']}".encode()


def ticket_by_cookie(browser: Client) -> bytes:
    return f"ticket={browser.post(TICKET).json()['ticket']}".encode()


class TestASocketEndsWithItsSession:
    @pytest.mark.parametrize("end", ["revoked", "expired", "disabled", "password"])
    def test_by_a_ticket_for_a_token(self, buyer: User, end: str) -> None:
        visitor = let_in(ticket_by_token(buyer))
        assert (visitor.user, welcome(visitor)) == (buyer, True)

        if end == "revoked":
            accounts.session_revoke(session=UserSession.objects.get())
        elif end == "expired":
            UserSession.objects.update(expires_at=timezone.now())
        elif end == "disabled":
            User.objects.update(is_active=False)
        else:
            User.objects.update(password="another")

        assert not welcome(visitor)

    @pytest.mark.parametrize("by_ticket", [True, False])
    @pytest.mark.parametrize("end", ["signed out", "expired", "disabled", "password"])
    def test_by_a_cookie_or_a_ticket_for_one(self, browser: Client, buyer: User, end: str, by_ticket: bool) -> None:
        visitor = let_in(ticket_by_cookie(browser)) if by_ticket else let_in(origin=OWN, cookie=cookie(browser))
        assert (visitor.user, welcome(visitor)) == (buyer, True)

        if end == "signed out":
            browser.logout()
        elif end == "expired":
            Session.objects.update(expire_date=timezone.now())
        elif end == "disabled":
            User.objects.update(is_active=False)
        else:
            User.objects.update(password="another")

        assert not welcome(visitor)

    def test_one_sign_in_says_nothing_about_another(self, buyer: User) -> None:
        first = let_in(ticket_by_token(buyer))
        second = let_in(ticket_by_token(buyer))
        accounts.session_revoke(session=UserSession.objects.get(pk=first.sid))
        assert (welcome(first), welcome(second)) == (False, True)


class TestTickets:
    def test_is_refused_when_its_session_has_ended_meanwhile(self, buyer: User, browser: Client) -> None:
        by_token, by_cookie = ticket_by_token(buyer), ticket_by_cookie(browser)
        UserSession.objects.update(revoked_at=timezone.now())
        browser.logout()
        assert visitor_of(by_token) is None
        assert visitor_of(by_cookie) is None

    def test_opens_once(self, buyer: User) -> None:
        ticket = ticket_by_token(buyer)
        assert let_in(ticket)
        assert visitor_of(ticket) is None

    def test_without_a_session_opens_nothing(self, buyer: User) -> None:
        assert visitor_of(f"ticket={tickets.issue(tickets.SignIn(user_id=buyer.pk))}".encode()) is None

    def test_gives_no_session_away(self, browser: Client) -> None:
        assert browser.cookies[settings.SESSION_COOKIE_NAME].value.encode() not in ticket_by_cookie(browser)


class TestOrigin:
    @pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://app.example:3000", "https://a.shop.example"])
    def test_a_cookie_from_our_own_or_a_listed_origin(self, browser: Client, settings: Any, origin: str) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["http://app.example:3000"]
        settings.CSRF_TRUSTED_ORIGINS = ["https://*.shop.example"]
        assert let_in(origin=origin, cookie=cookie(browser))

    @pytest.mark.parametrize(
        "origin",
        [
            "http://127.0.0.1:8001",
            "http://127.0.0.1",
            "https://127.0.0.1:8000",
            "http://localhost:8000",
            "http://a.shop.example",
            "https://shop.example.evil.example",
            "http://evil.example",
            "http://user@127.0.0.1:8000",
            "http://[",
            "http://127.0.0.1:port",
            "null",
            "",
        ],
    )
    def test_a_cookie_from_any_other(self, browser: Client, settings: Any, origin: str) -> None:
        settings.CORS_ALLOWED_ORIGINS = []
        settings.CSRF_TRUSTED_ORIGINS = ["https://*.shop.example"]
        assert visitor_of(origin=origin, cookie=cookie(browser)) is None

    def test_a_cookie_for_a_host_that_is_not_served(self, browser: Client) -> None:
        headers = {"origin": "http://evil.example", "host": "evil.example"}
        assert visitor_of(**headers, cookie=cookie(browser)) is None

    def test_the_scheme_is_the_one_that_the_proxy_saw(self, browser: Client, settings: Any) -> None:
        mine, https = cookie(browser), "https://127.0.0.1"
        assert let_in(scheme="wss", host="127.0.0.1", origin=https, cookie=mine)
        assert visitor_of(host="127.0.0.1", origin=https, cookie=mine, x_forwarded_proto="https") is None
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        assert let_in(host="127.0.0.1", origin=https, cookie=mine, x_forwarded_proto="https")
        assert visitor_of(host="127.0.0.1", origin="http://127.0.0.1", cookie=mine, x_forwarded_proto="https") is None

    @pytest.mark.parametrize("origin", ["https://127.0.0.1", "http://localhost:3000", "http://[::1]:5173"])
    def test_beside_a_token_or_a_ticket_any_host_of_ours_will_do(self, buyer: User, origin: str) -> None:
        token = bearer(buyer)["Authorization"]
        assert let_in(origin=origin, authorization=token)
        assert let_in(ticket_by_token(buyer), origin=origin)

    @pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1.evil.example", "null", "http://["])
    def test_beside_a_token_or_a_ticket_a_foreign_one_is_refused(self, buyer: User, origin: str) -> None:
        assert visitor_of(origin=origin, authorization=bearer(buyer)["Authorization"]) is None
        assert visitor_of(ticket_by_token(buyer), origin=origin) is None


@pytest.mark.parametrize(
    "key", ["", "short", "nobodys-session-key", "é" * 32, '"a\\000bcdefgh"', "a" * 5000, "=;=;", '"', "\x00" * 9]
)
def test_a_malformed_session_cookie_is_refused(key: str) -> None:
    assert visitor_of(origin=OWN, cookie=f"{settings.SESSION_COOKIE_NAME}={key}") is None


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (b"ticket=\xff%ff%00", {}),
        (b"ticket=" + b"x" * 5000, {}),
        (b"&".join([b"a=b"] * 2000), {}),
        (b"", {"authorization": "Bearer \xff\xfe"}),
        (b"", {"authorization": "Bearer"}),
        (b"", {"origin": "\xff\xfe", "cookie": "\xff"}),
        (b"", {"origin": OWN, "host": "\xff", "cookie": "sessionid=abcdefgh"}),
    ],
)
def test_malformed_input_is_refused(query: bytes, headers: dict[str, str]) -> None:
    assert visitor_of(query, **headers) is None


class TestTheConsumer:
    @pytest.fixture(autouse=True)
    def _in_memory(self, settings: Any) -> None:
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

    def test_an_error_of_the_database_does_not_end_the_recheck(
        self, buyer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers: list[bool | Exception] = [True, OperationalError("gone"), True, False]

        async def answer(visitor: Visitor) -> bool:
            now = answers.pop(0)
            if isinstance(now, Exception):
                raise now
            return now

        monkeypatch.setattr(consumers, "still_welcome", answer)
        monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.01)
        token = bearer(buyer)["Authorization"]

        async def talk() -> dict[str, Any]:
            client = WebsocketCommunicator(consumers.OrderUpdates.as_asgi(), "/")
            client.scope.update(scope(authorization=token))
            assert (await client.connect())[0]
            closed = await client.receive_output(timeout=5)
            await client.disconnect()
            return closed

        assert async_to_sync(talk)() == {"type": "websocket.close", "code": consumers.NOT_WELCOME}
        assert answers == []

    def test_disconnecting_leaves_the_group_even_after_a_failed_recheck(self, buyer: User) -> None:
        left: list[tuple[str, str]] = []

        class Layer:
            async def group_discard(self, group: str, channel: str) -> None:
                left.append((group, channel))

        async def fail() -> None:
            raise OperationalError("gone")

        async def hang_up() -> None:
            consumer = consumers.OrderUpdates()
            consumer.visitor, consumer.channel_layer, consumer.channel_name = Visitor(user=buyer), Layer(), "mine"
            consumer.recheck = asyncio.create_task(fail())
            await asyncio.sleep(0)
            await consumer.disconnect(1000)

        async_to_sync(hang_up)()
        assert [channel for _, channel in left] == ["mine"]

    def test_a_database_that_is_down_refuses_quietly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def fail(scope: dict[str, Any]) -> Visitor | None:
            raise OperationalError("gone")

        monkeypatch.setattr(consumers, "identify", fail)

        async def knock() -> Any:
            client = WebsocketCommunicator(consumers.OrderUpdates.as_asgi(), "/")
            await client.connect()
            return await client.receive_output()

        assert async_to_sync(knock)()["code"] == consumers.NOT_WELCOME
