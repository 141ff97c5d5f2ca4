"""Every route lets in exactly the callers that the authorization matrix names. A refusal changes no row."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.http import HttpResponse
from PIL import Image
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts import services
from accounts.models import User, UserSession
from catalog.services import category_create
from orders.models import Order
from orders.states import OrderStatus
from tests.architecture.routes import ROUTES, Callers, path_of
from tests.factories import make_product, make_staff
from tests.support.callers import GUEST, OTHER_GUEST
from tests.support.endpoints import WRITES
from tests.support.form_bodies import MULTIPART, multipart
from tests.support.tokens import open_session
from tests.support.tries import JSON, Tries, taken_back
from tests.support.world import World, client_with_token
from tests.support.writes import fill
from utils.api.permissions import ActionPermissions, staff_with

pytestmark = pytest.mark.django_db

CASES = [(pattern, method, who) for pattern, methods in ROUTES.items() for method, who in methods.items()]
NAMES = [f"{method} {pattern}" for pattern, method, _ in CASES]
each_route = pytest.mark.parametrize(("pattern", "method", "who"), CASES, ids=NAMES)


@dataclass(frozen=True)
class GoodRequest:
    """Hold a valid request to a route, so that a refusal can only be due to the caller."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = JSON
    query: str = ""

    def send(self, api: APIClient) -> HttpResponse:
        return api.generic(self.method, self.path, self.body, self.content_type, QUERY_STRING=self.query)


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return content.getvalue()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def pictured(name: str, **fields: str) -> dict[str, Any]:
    parts: list[tuple[str, str | bytes]] = [*fields.items(), (name, picture())]
    return {"body": multipart(parts, file_names={name: "a.png"}), "content_type": MULTIPART}


# Requests whose body is not in ``WRITES``, by a part of their path.
UNUSUAL: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "/upload-images/": lambda words: pictured("images", product=str(words["product"])),
    "/images/": lambda words: pictured("file"),
    "/remove_item/": lambda words: {"query": f"item_id={words['cart_item']}"},
    "/confirmation/": lambda words: {"body": b'{"TransID": "NLJ7RT61SV", "TransAmount": "5.00"}'},
    "webhook": lambda words: {"body": b'{"id": "1", "kind": "nothing"}'},
    "/cb/": lambda words: {"body": b'{"id": "1", "kind": "nothing"}'},
}


@pytest.fixture
def good(world: World) -> Callable[[str, str], GoodRequest]:
    empty = {"category": category_create(name="Empty").pk}
    of_customer = world.words() | empty
    of_guest = of_customer | world.words_of_guest()

    def request(pattern: str, method: str, *, is_guests: bool = False) -> GoodRequest:
        words = of_guest if is_guests else of_customer
        path = path_of(pattern, words)
        if path.endswith("/erase/"):  # an order under way would refuse the erasure
            Order.objects.update(status=OrderStatus.DELIVERED)
        for part, content in UNUSUAL.items():
            if part in path:
                return GoodRequest(method, path, **content(words))
        for write in WRITES:
            if write.method == method and write.path.format(**words) == path:
                return GoodRequest(method, path, json.dumps(fill(write.body, words)).encode())
        return GoodRequest(method, path)

    return request


class Door:
    """Send one request as many callers. ``tries.flaws`` lists each caller who was wrongly let in or refused."""

    def __init__(self, request: GoodRequest, who: Callers) -> None:
        self.request, self.who = request, who
        self.tries = Tries(APIClient(), request.method, request.path)

    def must_refuse(self, case: str, api: APIClient, status: int) -> None:
        cache.clear()
        self.tries.api = api
        self.tries.must_answer(case, status, self.request.body, self.request.content_type, query=self.request.query)

    def must_let_in(self, case: str, api: APIClient, *, must_succeed: bool = False) -> None:
        """Note a flaw if the caller is refused.

        The request may still fail for another reason, such as a missing cart, unless it ``must_succeed``.
        """
        cache.clear()
        with taken_back():
            answer = self.request.send(api)
        refusals = {401, 403, self.who.refused_with}
        if answer.status_code in refusals or (must_succeed and answer.status_code >= 400):
            self.tries.flaws.append(f"{case}: {answer.status_code} {answer.content[:300]!r}")

    def must_answer(self, case: str, api: APIClient, refusal: int | None, **kwargs: bool) -> None:
        if refusal is None:
            self.must_let_in(case, api, **kwargs)
        else:
            self.must_refuse(case, api, refusal)


@each_route
def test_a_route_lets_in_whom_the_matrix_names(
    world: World, good: Callable[..., GoodRequest], pattern: str, method: str, who: Callers
) -> None:
    door = Door(good(pattern, method), who)
    for caller, api in world.api.items():
        if caller not in {GUEST, OTHER_GUEST}:
            door.must_answer(caller, api, who.refusal_of(caller), must_succeed=caller == who.example)
    door.tries.assert_flawless()


@each_route
def test_the_token_of_a_guests_order_opens_that_order_only(
    world: World, good: Callable[..., GoodRequest], pattern: str, method: str, who: Callers
) -> None:
    door = Door(good(pattern, method, is_guests=True), who)
    is_opened = GUEST in who.let_in and not who.let_in >= {"anonymous"}
    door.must_answer(GUEST, world.api[GUEST], who.refusal_of(GUEST), must_succeed=is_opened)
    door.must_answer(OTHER_GUEST, world.api[OTHER_GUEST], who.refusal_of(OTHER_GUEST))
    door.tries.assert_flawless()


def bad_tokens(user: User) -> Iterator[tuple[str, str]]:
    """Yield tokens that must let nobody in, although all their claims are those of ``user``."""
    pair = open_session(user)
    claims = jwt.decode(pair.access, options={"verify_signature": False})
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    yield "a refresh token", pair.refresh
    yield "expired", jwt.encode({**claims, "exp": 1}, key, algorithm="HS256")
    yield "another type", jwt.encode({**claims, "token_type": "sliding"}, key, algorithm="HS256")
    yield "a foreign signature", jwt.encode(claims, "x" * 64, algorithm="HS256")
    yield "the site's secret key", jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")
    yield "another algorithm", jwt.encode(claims, key, algorithm="HS384")
    yield "no signature", jwt.encode(claims, None, algorithm="none")
    yield "a signature cut off", pair.access.rpartition(".")[0] + "."
    yield "no session", jwt.encode({k: v for k, v in claims.items() if k != "sid"}, key, algorithm="HS256")
    yield "an unknown session", jwt.encode({**claims, "sid": claims["jti"]}, key, algorithm="HS256")
    yield "a revoked session", _revoked(user)
    yield "nonsense", "nonsense"
    yield "two words", f"{pair.access} {pair.access}"
    yield "nothing", ""


def _revoked(user: User) -> str:
    access = open_session(user).access
    claims = jwt.decode(access, options={"verify_signature": False})
    services.session_revoke(session=UserSession.objects.get(pk=claims["sid"]))
    return access


def client_with(header: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=header)
    return client


@each_route
@pytest.mark.battery
def test_a_bad_token_opens_nothing(
    world: World, good: Callable[..., GoodRequest], pattern: str, method: str, who: Callers
) -> None:
    user = world.users[who.example]
    headers = {case: f"Bearer {token}" for case, token in bad_tokens(user)}
    access = open_session(user).access
    door = Door(good(pattern, method), who)
    for case, header in headers.items():
        door.must_answer(case, client_with(header), 401 if who.reads_tokens else None)
    for scheme in ("Token", "JWT", "Basic"):
        door.must_answer(scheme, client_with(f"{scheme} {access}"), who.refusal_of("anonymous"))
    door.must_let_in("the control: a good one", client_with(f"Bearer {access}"), must_succeed=True)
    door.tries.assert_flawless()


@pytest.mark.parametrize("pattern", [pattern for pattern, methods in ROUTES.items() if "GET" in methods])
def test_asking_for_the_head_is_decided_as_reading_is(
    world: World, good: Callable[..., GoodRequest], pattern: str
) -> None:
    path = good(pattern, "GET").path
    statuses = {caller: (api.get(path).status_code, api.head(path).status_code) for caller, api in world.api.items()}
    assert [caller for caller, (read, head) in statuses.items() if read != head] == []


@pytest.mark.parametrize("path", ["/api/v1/orders/", "/api/v1/payments/"])
def test_lists_hold_only_ones_own_but_for_the_groups_that_see_all(world: World, path: str) -> None:
    rows = {
        caller: len(world.api[caller].get(path).json()["results"]) for caller in world.users if caller != "disabled"
    }
    see_all = {"orders", "finance", "staff", "superuser"}
    own = {"customer", "another customer"}
    assert rows == {caller: 4 if caller in see_all else int(caller in own) for caller in rows}


def test_drafts_are_seen_by_their_seller_and_whoever_may_view_products(world: World) -> None:
    draft = make_product("Secret", seller=world.seller, status="draft")
    seen = {caller for caller, api in world.api.items() if api.get(f"/api/v1/products/{draft.pk}/").status_code == 200}
    assert seen == {"seller", "catalogue", "orders", "finance", "staff", "superuser"}


def test_a_sellers_product_is_their_own_and_no_other_sellers(world: World) -> None:
    api = world.api["another seller"]
    answer = api.post("/api/v1/products/", {"name": "Lamp", "price": "9.50", "stock": 5, "status": "active"})
    made = world.users["another seller"].products.get()
    assert (answer.status_code, answer.json()["id"]) == (201, made.pk)
    assert api.patch(f"/api/v1/products/{made.pk}/", {"price": "8.00"}).status_code == 200
    assert world.api["seller"].patch(f"/api/v1/products/{made.pk}/", {"price": "1.00"}).status_code == 403


def test_a_seller_who_is_none_any_more_changes_nothing(world: World) -> None:
    path = f"/api/v1/products/{world.product.pk}/"
    assert world.api["seller"].patch(path, {"name": "Lamp"}).status_code == 200
    User.objects.filter(pk=world.seller.pk).update(role="customer")
    assert world.api["seller"].patch(path, {"name": "Torch"}).status_code == 403
    assert world.api["seller"].post("/api/v1/products/", {"name": "Lamp", "price": "9.50"}).status_code == 403


def test_staff_without_the_right_change_nothing_they_once_put_up(world: World) -> None:
    clerk = world.api["catalogue"]
    made = clerk.post("/api/v1/products/", {"name": "Lamp", "price": "9.50", "status": "draft"}).json()["id"]
    world.users["catalogue"].groups.clear()
    assert clerk.patch(f"/api/v1/products/{made}/", {"price": "0.01"}).status_code == 404
    assert clerk.get(f"/api/v1/products/{made}/").status_code == 404


def test_stock_is_booked_with_the_right_to_whichever_way(world: World) -> None:
    clerk = make_staff("editor", groups=())
    rights = Permission.objects.filter(codename__in=["view_product", "change_product"])
    clerk.user_permissions.set(rights)
    path, api = f"/api/v1/products/{world.product.pk}/", client_with_token(clerk)
    assert api.patch(path, {"price": "8.00"}).status_code == 200
    assert api.patch(path, {"price": "7.00", "stock": 77}).status_code == 403
    assert api.get(path).json()["price"] == "8.00"
    assert world.api["catalogue"].patch(path, {"stock": 77}).status_code == 200


def test_a_right_that_is_taken_away_is_gone_at_once(world: World) -> None:
    path = "/api/v1/inventory/stock/"
    assert world.api["catalogue"].get(path).status_code == 200
    world.users["catalogue"].groups.clear()
    assert world.api["catalogue"].get(path).status_code == 403
    assert world.api["staff"].get(path).status_code == 200
    User.objects.filter(pk=world.users["staff"].pk).update(role="customer")
    assert world.api["staff"].get(path).status_code == 403


class _Raising(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        raise RuntimeError


class TestWhatIsNotSaidIsDenied:
    def answer(self, named: dict[str, Any], method: str = "POST") -> int:
        class View(ActionPermissions, APIView):
            permissions = named

            def get(self, request: Any) -> HttpResponse:
                return HttpResponse()

            post = get

        request = APIRequestFactory().generic(method, "/")
        force_authenticate(request, User(username="root", role="staff", is_superuser=True))
        return View.as_view()(request).status_code

    @pytest.mark.parametrize(
        ("permissions", "status"),
        [
            ({"post": staff_with("orders.view_order")}, 200),
            ({"post": staff_with("")}, 403),
            ({"get": AllowAny}, 403),
            ({}, 403),
        ],
    )
    def test_a_superuser_is_asked_for_a_named_right_too(self, permissions: dict[str, Any], status: int) -> None:
        assert self.answer(permissions) == status

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
    def test_other_ways_of_reading_need_what_reading_needs(self, method: str) -> None:
        assert self.answer({"get": AllowAny}, method) == 200
        assert self.answer({"post": AllowAny}, method) == 403

    def test_a_method_that_no_view_has(self) -> None:
        assert self.answer({"get": AllowAny}, "DELETE") == 405

    def test_a_check_that_raises(self) -> None:
        with pytest.raises(RuntimeError):
            self.answer({"post": _Raising})

    def test_a_permission_of_no_method(self) -> None:
        with pytest.raises(TypeError, match="names no action of it: \\['push'\\]"):
            self.answer({"push": AllowAny})
