"""Other people's things are not found, and a client can't set a role, an owner or a price."""

import json
import uuid
from typing import Any

import pytest
from django.http import HttpResponse

from cart.services import item_add
from catalog.models import ProductStatus
from inventory.offers import offer_of_variant
from tests.architecture.routes import ROUTES, path_of, word_of
from tests.factories import make_product, sole_variant
from tests.flows.test_bad_addresses import good_body
from tests.support.endpoints import WRITES
from tests.support.rows import all_rows, changed, written
from tests.support.tries import Tries, taken_back
from tests.support.world import World
from tests.support.writes import Write, fill

pytestmark = pytest.mark.django_db

PERSONAL = ("cart_item", "address", "order", "order_number", "payment", "thread")
ONES_OWN = [
    (pattern, method)
    for pattern, methods in ROUTES.items()
    for method, who in methods.items()
    if word_of(pattern) in PERSONAL and who.example == "customer"
]
UNKNOWN = 999_999


@pytest.fixture
def words(world: World) -> dict[str, Any]:
    return world.words()


def said(answer: HttpResponse) -> dict[str, Any]:
    body = answer.json()  # type: ignore[attr-defined] # the test client adds it
    body.pop("request_id")
    return body


class TestOtherPeoplesThings:
    @pytest.mark.parametrize(("pattern", "method"), ONES_OWN)
    def test_are_as_absent_as_what_never_was(
        self, world: World, words: dict[str, Any], pattern: str, method: str
    ) -> None:
        word = word_of(pattern)
        body = good_body(method, path_of(pattern, words), words)
        before = all_rows()
        theirs, none = (
            world.carla.api.generic(method, path_of(pattern, {word: pk}), body, content_type="application/json")
            for pk in (getattr(world.oskar, word), UNKNOWN)
        )
        assert theirs.status_code == none.status_code == 404
        assert said(theirs) == said(none)
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(
        ("_case", "method", "path", "body", "field", "theirs"),
        [
            ("address", "POST", "/api/v1/orders/", {}, "address_id", "address"),
            ("cart item", "PUT", "/api/orders/cart/update_item/", {"quantity": 1}, "item_id", "cart_item"),
        ],
    )
    def test_can_not_be_named_in_a_body(
        self, world: World, _case: str, method: str, path: str, body: dict, field: str, theirs: str
    ) -> None:
        before = all_rows()
        answers = [
            world.carla.api.generic(method, path, json.dumps(body | {field: pk}), content_type="application/json")
            for pk in (getattr(world.oskar, theirs), UNKNOWN)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert said(answers[0]) == said(answers[1])
        assert changed(before, all_rows()) == []

    def test_a_cart_can_not_be_named_in_an_order(self, world: World) -> None:
        before = all_rows()
        theirs = str(world.oskar.user.carts.get(status="open").token)
        body = {"address": {"street": "1 Main Street"}}
        answers = [
            world.carla.api.post("/api/v1/orders/", body | {"cart": cart}, format="json")
            for cart in (theirs, str(uuid.uuid4()))
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert said(answers[0]) == said(answers[1])
        assert changed(before, all_rows()) == []

    def test_can_not_be_named_in_a_query(self, world: World) -> None:
        before = all_rows()
        answers = [
            world.carla.api.delete(f"/api/orders/cart/remove_item/?item_id={pk}")
            for pk in (world.oskar.cart_item, UNKNOWN)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert said(answers[0]) == said(answers[1])
        assert changed(before, all_rows()) == []

    def test_a_customers_cart_has_no_token_for_guests(self, world: World) -> None:
        token = str(world.oskar.user.carts.get(status="open").token)
        tries = Tries(world.api["anonymous"], "GET", "/api/v1/cart/")
        tries.must_answer("as a guest", 404, HTTP_X_CART_TOKEN=token)
        tries.assert_flawless()
        merge = Tries(world.carla.api, "POST", "/api/v1/cart/merge/")
        merge.must_answer("merged", 404, json.dumps({"token": token}).encode())
        merge.assert_flawless()

    def test_a_guest_reaches_no_item_but_their_own(self, world: World, words: dict[str, Any]) -> None:
        other = sole_variant(make_product("In nobody's cart but Oskar's"))
        offer = offer_of_variant(other.pk, currency="USD")
        item_add(cart=world.oskar.user.carts.get(status="open"), offer=offer, quantity=1)
        for item in (other.pk, UNKNOWN):
            for method in ("PATCH", "DELETE"):
                tries = Tries(world.api["anonymous"], method, f"/api/v1/cart/items/{item}/")
                tries.must_answer("without a token", 404, b'{"quantity": 1}')
                tries.must_answer("with one", 404, b'{"quantity": 1}', HTTP_X_CART_TOKEN=words["guest_token"])
                tries.assert_flawless()

    def test_reading_notifications_marks_only_ones_own(self, world: World) -> None:
        before = all_rows()
        up_to = {"up_to": world.oskar.notification}
        assert world.carla.api.post("/api/v1/notifications/read/", up_to).status_code == 400
        assert changed(before, all_rows()) == []
        up_to = {"up_to": world.carla.notification}
        assert world.carla.api.post("/api/v1/notifications/read/", up_to).json() == {"marked": 1}
        assert world.oskar.user.notifications.get().read_at is None

    def test_lists_hold_only_ones_own(self, world: World) -> None:
        def listed(path: str) -> list[int | str]:
            return [row["id"] for row in world.carla.api.get(path).json()["results"]]

        assert listed("/api/v1/orders/") == [world.carla.order_number]
        assert listed("/api/orders/") == [world.carla.order]
        assert listed("/api/orders/get/") == [world.carla.order]
        assert listed("/api/v1/payments/") == [world.carla.payment]
        assert listed("/api/v1/addresses/") == [world.carla.address]
        assert listed("/api/v1/notifications/") == [world.carla.notification]
        assert listed("/api/v1/threads/") == [world.carla.thread]

    def test_a_draft_is_not_there(self, world: World) -> None:
        draft = make_product("Secret", seller=world.seller, status=ProductStatus.DRAFT)
        before = all_rows()
        for pk in (draft.pk, UNKNOWN):
            paths = [f"/api/v1/products/{pk}/", f"/api/v1/products/{pk}/reviews/", f"/api/products/{pk}/"]
            assert [world.carla.api.get(path).status_code for path in paths] == [404] * 3
            assert world.carla.api.post(f"/api/v1/products/{pk}/reviews/", {"rating": 1}).status_code == 404
            assert world.carla.api.post("/api/v1/cart/items/", {"product": pk}).status_code == 404
            assert world.carla.api.post("/api/orders/cart/add_item/", {"product_id": pk}).status_code == 404
        assert changed(before, all_rows()) == []


STOLEN = 4711
CLAIMS = {
    "id": STOLEN,
    "pk": STOLEN,
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "role": "staff",
    "user_permissions": [1],
    "groups": [1],
    "price": "13.37",
    "unit_price": "13.37",
    "amount": "13.37",
    "subtotal": "13.37",
    "shipping_total": "13.37",
    "total": "13.37",
    "captured_total": "13.37",
    "currency": "JPY",
    "status": "cancelled",
    "payment_status": "partially_paid",
    "state": "cancelled",
    "paid": True,
    "is_paid": True,
    "on_hand": STOLEN,
    "reserved": STOLEN,
    "rating": STOLEN,
    "review_count": STOLEN,
    "number": "STOLEN",
    "slug": "stolen",
    "created_at": "2001-01-01T00:00:00Z",
    "updated_at": "2001-01-01T00:00:00Z",
    "placed_at": "2001-01-01T00:00:00Z",
    "date_joined": "2001-01-01T00:00:00Z",
    "read_at": "2001-01-01T00:00:00Z",
    "captured_at": "2001-01-01T00:00:00Z",
}
# These routes write such a value by themselves: they cancel other payments, or compute the payment status anew.
DOES_ITSELF = {
    ("/api/v1/orders/{order_number}/payments/", "state"),
    ("/api/v1/payments/{payment}/confirm/", "state"),
    ("/api/orders/{order}/process/", "state"),
    ("/api/orders/{order}/process/", "status"),
    ("/api/orders/{order}/process/", "new_status"),
    ("/api/v1/payments/refunds/{refund}/confirm/", "payment_status"),
    ("/api/v1/payments/refunds/{refund}/withdraw/", "payment_status"),
}
OWNERS = ["user", "user_id", "owner", "created_by", "seller", "seller_id", "actor", "customer", "author"]
OWNER_COLUMNS = {"user_id", "seller_id", "actor_id", "author_id", "confirmed_by_id"}


def is_claimed(value: Any) -> bool:
    """Return whether a row's value is one of ``CLAIMS``, also with more decimals or as a time object."""
    text = str(value).removesuffix("0")
    return text in {"4711", "13.37", "JPY", "STOLEN", "stolen", "cancelled", "partially_paid"} or text[:4] == "2001"


def claims_against(write: Write, world: World) -> dict[str, Any]:
    """Return every claim that is not a field of the route of ``write``."""
    theirs = dict.fromkeys(OWNERS, world.oskar.user.pk)
    theirs |= {"cart": world.oskar.cart, "cart_id": world.oskar.cart, "order": world.oskar.order}
    own = {
        name for other in WRITES if (other.method, other.path) == (write.method, write.path) for name in other.fields
    }
    return {name: value for name, value in (CLAIMS | theirs).items() if name not in own}


@pytest.mark.battery
@pytest.mark.parametrize("write", WRITES, ids=str)
def test_what_a_client_may_not_set_is_not_heard(world: World, words: dict[str, Any], write: Write) -> None:
    body = json.dumps(claims_against(write, world) | fill(write.body, words))
    oskar = world.oskar
    before = all_rows()
    with taken_back():
        answer = world.api[write.who].generic(
            write.method, write.path.format(**words), body, content_type="application/json"
        )
        after = all_rows()
    if not write.is_of_a_contract:
        assert (answer.status_code, changed(before, after)) == (400, []), answer.content
        return
    assert answer.status_code == write.status, answer.content
    for row in written(before, after):
        claimed = {column: value for column, value in row.items() if is_claimed(value)}
        assert {column: value for column, value in claimed.items() if (write.path, column) not in DOES_ITSELF} == {}
        assert oskar.user.pk not in {row[column] for column in OWNER_COLUMNS & row.keys()}
        assert row.get("cart_id") != oskar.cart
        assert not row.get("is_superuser")
        assert row.get("is_active", True) or write.path.endswith("/erase/")
        assert row.get("role", "customer") in {"customer", "seller"}
