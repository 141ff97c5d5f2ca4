"""Order updates and support threads over real WebSockets, against a server in its own process."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from cart import services as cart
from inventory.offers import offer_of_product
from notifications.occupancy import MOST_OF_USER
from tests.factories import PASSWORD, make_product, make_staff, make_user
from tests.support.server import running_daphne
from tests.support.tokens import bearer, open_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("sockets")]

PATH = "/ws/orders/notifications/"


@pytest.fixture
def shop() -> Iterator[str]:
    with running_daphne() as address:
        yield address


@pytest.fixture
def buyer() -> User:
    user = make_user("buyer")
    cart.item_add(
        cart=cart.cart_open(user=user),
        offer=offer_of_product(make_product().pk, currency="USD"),
        quantity=1,
    )
    return user


def socket(shop: str, path: str = PATH, **options: Any) -> ClientConnection:
    return connect(f"ws://{urlsplit(shop).netloc}{path}", open_timeout=10, **options)


def refusal(shop: str, path: str = PATH, **options: Any) -> int:
    """Return the code with which a socket is closed at once."""
    with socket(shop, path, **options) as opened, pytest.raises(ConnectionClosed) as caught:
        opened.recv(timeout=10)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code


def place_order(shop: str, user: User) -> int:
    body = {"shipping_address": "123 Main Street", "phone_number": "+1234567890"}
    return requests.post(f"{shop}/api/orders/", json=body, headers=bearer(user), timeout=20).json()["id"]


def test_every_socket_of_the_user_hears_it_and_nobody_elses(shop: str, buyer: User) -> None:
    stranger, staff = make_user("stranger"), make_staff()
    with ExitStack() as open_sockets:
        phone = open_sockets.enter_context(socket(shop, additional_headers=bearer(buyer)))
        laptop = open_sockets.enter_context(socket(shop, additional_headers=bearer(buyer)))
        other = open_sockets.enter_context(socket(shop, additional_headers=bearer(stranger)))

        order_id = place_order(shop, buyer)
        requests.patch(
            f"{shop}/api/orders/{order_id}/update_status/",
            json={"status": "confirmed"},
            headers=bearer(staff),
            timeout=20,
        )

        for mine in (phone, laptop):
            placed, confirmed = (json.loads(mine.recv(timeout=10)) for _ in range(2))
            assert (placed["type"], placed["order_id"], placed["status"]) == ("order_update", order_id, "pending")
            assert {name: confirmed[name] for name in ("type", "order_id", "status", "message")} == {
                "type": "order_update",
                "order_id": order_id,
                "status": "confirmed",
                "message": f"Your order #{order_id} is now confirmed",
            }
        with pytest.raises(TimeoutError):
            other.recv(timeout=0.5)


def test_of_a_thread_the_other_side_hears_where_to_look_and_no_word_of_it(shop: str, buyer: User) -> None:
    stranger, staff, finance = make_user("stranger"), make_staff(), make_staff(groups=["finance"])
    people = (buyer, staff, stranger, finance)
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket(shop, additional_headers=bearer(user))) for user in people]
        asked = requests.post(
            f"{shop}/api/v1/threads/", json={"body": "Where is it?"}, headers=bearer(buyer), timeout=20
        ).json()
        heard = json.loads(sockets[1].recv(timeout=10))
        assert heard == {"type": "thread_message", "thread_id": asked["id"], "message_id": heard["message_id"]}

        path = f"{shop}/api/v1/threads/{asked['id']}/messages/"
        said = requests.post(path, json={"body": "On its way."}, headers=bearer(staff), timeout=20).json()
        told = json.loads(sockets[0].recv(timeout=10))
        assert told == {"type": "thread_message", "thread_id": asked["id"], "message_id": said["id"]}
        found = requests.get(f"{path}?since={heard['message_id']}", headers=bearer(buyer), timeout=20).json()
        assert [row["body"] for row in found["results"]] == ["On its way."]
        for quiet in sockets:
            with pytest.raises(TimeoutError):
                quiet.recv(timeout=0.5)


def test_the_ways_in(shop: str, buyer: User) -> None:
    token = open_session(buyer).access
    answer = requests.post(f"{shop}/api/v1/notifications/ticket", headers=bearer(buyer), timeout=20).json()
    browser = Client()
    browser.force_login(buyer)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"

    with socket(shop, subprotocols=["bearer", token]) as by_subprotocol:
        assert by_subprotocol.subprotocol == "bearer"
    with socket(shop, f"{answer['url']}?ticket={answer['ticket']}"):
        pass
    with socket(shop, origin=shop, additional_headers={"Cookie": cookie}):
        pass


def test_a_ticket_opens_one_socket(shop: str, buyer: User) -> None:
    ticket = requests.post(f"{shop}/api/v1/notifications/ticket", headers=bearer(buyer), timeout=20).json()["ticket"]
    with socket(shop, f"{PATH}?ticket={ticket}"):
        assert refusal(shop, f"{PATH}?ticket={ticket}") == 4401


def test_who_is_refused(shop: str, buyer: User) -> None:
    token = open_session(buyer).access
    refresh = open_session(buyer).refresh
    browser = Client()
    browser.force_login(buyer)
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"}

    assert refusal(shop) == 4401
    assert refusal(shop, additional_headers={"Authorization": "Bearer nonsense"}) == 4401
    assert refusal(shop, additional_headers={"Authorization": f"Bearer {refresh}"}) == 4401
    assert refusal(shop, f"{PATH}?token={token}") == 4401
    assert refusal(shop, f"{PATH}?ticket=nonsense") == 4401
    for foreign in ("http://evil.example", "null", "http://127.0.0.1.evil.example", "http://evil.example:8000"):
        assert refusal(shop, origin=foreign, additional_headers=bearer(buyer)) == 4401
        assert refusal(shop, origin=foreign, additional_headers=cookie) == 4401
    port = urlsplit(shop).port
    for other in (f"https://127.0.0.1:{port}", f"http://localhost:{port}", "http://127.0.0.1"):
        assert refusal(shop, origin=other, additional_headers=cookie) == 4401
    for key in ("é" * 32, '"a\\000bcdefgh"', "x" * 5000):
        malformed = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"}
        assert refusal(shop, origin=shop, additional_headers=malformed) == 4401
    # Without an Origin a cookie proves nothing: any page could make a browser's helper send it.
    assert refusal(shop, additional_headers=cookie) == 4401


def test_a_user_keeps_a_bounded_number_open(shop: str, buyer: User) -> None:
    headers, stranger = bearer(buyer), bearer(make_user("stranger"))
    with ExitStack() as open_sockets:
        mine = [open_sockets.enter_context(socket(shop, additional_headers=headers)) for _ in range(MOST_OF_USER)]
        assert refusal(shop, additional_headers=headers) == 4429
        open_sockets.enter_context(socket(shop, additional_headers=stranger))
        order_id = place_order(shop, buyer)
        assert {json.loads(each.recv(timeout=10))["order_id"] for each in mine} == {order_id}
        mine[0].close()
        assert opens_soon(shop, headers)


def opens_soon(shop: str, headers: dict[str, str]) -> bool:
    """Try for ten seconds to open a socket: a closed one is counted until its consumer has ended, a moment later."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(ConnectionClosed), socket(shop, additional_headers=headers) as another:
            return another.ping().wait(timeout=10)
        time.sleep(0.1)
    return False


def test_an_unknown_path_closes_quietly(shop: str) -> None:
    assert refusal(shop, "/ws/nowhere/") == 4404
    assert requests.get(f"{shop}/api/v1/health/", timeout=10).status_code == 200


def test_a_socket_that_was_quiet_for_long_still_hears(shop: str, buyer: User) -> None:
    """Redis answers a blocking read after five seconds at the latest; who gives up as soon loses the socket."""
    with socket(shop, additional_headers=bearer(buyer)) as mine:
        time.sleep(7)
        order_id = place_order(shop, buyer)
        assert json.loads(mine.recv(timeout=10))["order_id"] == order_id


def test_what_clients_send_is_ignored(shop: str, buyer: User) -> None:
    with socket(shop, additional_headers=bearer(buyer)) as mine:
        mine.send(json.dumps({"type": "notify", "content": {"forged": True}}))
        mine.send(b"\x00\xff")
        with pytest.raises(TimeoutError):
            mine.recv(timeout=0.5)
        order_id = place_order(shop, buyer)
        assert json.loads(mine.recv(timeout=10))["order_id"] == order_id


def test_a_frame_too_large_ends_the_socket(shop: str, buyer: User) -> None:
    with socket(shop, additional_headers=bearer(buyer)) as mine:
        mine.send("x" * (2 * 1024 * 1024))
        with pytest.raises(ConnectionClosed):
            mine.recv(timeout=10)


def test_signing_in_over_http_and_listening(shop: str, buyer: User) -> None:
    """Get the token from the API, as a client does."""
    login = {"username": "buyer", "password": PASSWORD}
    access = requests.post(f"{shop}/api/auth/login/", json=login, timeout=20).json()["access"]
    with socket(shop, additional_headers={"Authorization": f"Bearer {access}"}) as mine:
        order_id = place_order(shop, buyer)
        assert json.loads(mine.recv(timeout=10))["order_id"] == order_id
