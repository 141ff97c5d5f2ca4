"""Hostile bodies, sent to every route that reads a body, are refused with a problem document, and nothing changes."""

import json
from typing import Any

import pytest

from tests.architecture.routes import FROM_GATEWAYS, ROUTES, path_of
from tests.support.endpoints import WRITES
from tests.support.form_bodies import MULTIPART, URLENCODED, flat, multipart, urlencoded
from tests.support.hostile import BODIES, TOO_LARGE, VALUES
from tests.support.tries import Tries
from tests.support.world import World
from tests.support.writes import Write, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def words(world: World) -> dict[str, Any]:
    return world.words()


@pytest.fixture(params=WRITES, ids=str)
def write(request: pytest.FixtureRequest) -> Write:
    return request.param


@pytest.fixture
def tries(world: World, words: dict[str, Any], write: Write) -> Tries:
    return Tries(world.api[write.who], write.method, write.path.format(**words))


def test_every_route_that_reads_a_body_is_tried() -> None:
    """Leave out pictures (see ``test_bad_uploads``) and bodies that are not read (see ``test_problem_documents``)."""
    words = dict.fromkeys(
        [
            "product",
            "category",
            "variant",
            "tier",
            "promotion",
            "promotion_code",
            "cart_item",
            "address",
            "order",
            "order_number",
            "payment",
            "gateway_payment",
            "captured_payment",
            "refund",
            "thread",
            "reset_uid",
            "reset_secret",
            "reset_token",
        ],
        1,
    )
    tried = {(write.method, write.path.format(**words)) for write in WRITES}
    reading = {
        (method, path_of(pattern, words))
        for pattern, methods in ROUTES.items()
        for method in methods
        if method in {"POST", "PUT", "PATCH"} and not pattern.startswith(FROM_GATEWAYS)
    }
    elsewhere = {
        ("POST", "/api/v1/products/1/images/"),
        ("POST", "/api/products/upload-images/"),
        ("POST", "/api/v1/orders/1/cancel/"),
        ("POST", "/api/v1/notifications/ticket/"),
        ("POST", "/api/v1/threads/1/close/"),
    }
    assert reading - tried == elsewhere
    assert tried <= reading


def test_a_good_body_is_accepted(tries: Tries, write: Write, words: dict[str, Any]) -> None:
    """Send a valid body as JSON and as a form. Without this the refusals below would prove nothing."""
    good = fill(write.body, words)
    tries.must_answer("JSON", write.status, json.dumps(good).encode())
    tries.must_answer("a form", write.status, urlencoded(good), URLENCODED)
    tries.must_answer("parts", write.status, multipart(flat(good)), MULTIPART)
    tries.assert_flawless()


def test_each_field_refuses_what_it_can_not_hold(tries: Tries, write: Write, words: dict[str, Any]) -> None:
    for name, accepted in write.fields.items():
        for value, literal in VALUES.items():
            body = write.json_with(words, name, literal)
            if value == "null" and value not in accepted:
                tries.must_answer_alike(f"{name} is null", body, write.json_without(words, name))
            elif value in accepted:
                tries.must_answer(f"{name} is {value}", write.status, body)
            else:
                tries.must_refuse(f"{name} is {value}", body)
    tries.assert_flawless()


@pytest.mark.battery
def test_a_name_that_is_no_field_is_refused_unless_a_document_lets_it_pass(
    tries: Tries, write: Write, words: dict[str, Any]
) -> None:
    status = write.status if write.is_of_a_contract else 400
    good = fill(write.body, words)
    tries.must_answer("JSON", status, write.json(words, prise="9.50"))
    tries.must_answer("a form", status, urlencoded(good | {"prise": "9.50"}), URLENCODED)
    tries.must_answer("parts", status, multipart(flat(good | {"prise": "9.50"})), MULTIPART)
    tries.assert_flawless()


@pytest.mark.battery
def test_bodies_that_are_no_object_are_refused(tries: Tries, write: Write) -> None:
    for name, body in BODIES.items():
        is_list = name == "an array" and write.may_be_list
        tries.must_answer(name, write.status if is_list else 400, body)
    tries.must_answer("an empty object", write.empty, b"{}")
    tries.must_answer("no body", write.empty)
    tries.must_answer("too large a body", 413, TOO_LARGE)
    tries.assert_flawless()


def test_of_two_equal_keys_the_last_one_counts(tries: Tries, write: Write, words: dict[str, Any]) -> None:
    good = fill(write.body, words)
    for name in good:
        others = json.dumps({key: value for key, value in good.items() if key != name})[1:-1]
        value = json.dumps(good[name])
        rest = f", {others}" if others else ""
        tries.must_answer(f"{name}, good last", write.status, f'{{"{name}": [[]], "{name}": {value}{rest}}}'.encode())
        tries.must_refuse(f"{name}, bad last", f'{{"{name}": {value}, "{name}": [[]]{rest}}}'.encode())
    tries.assert_flawless()


@pytest.mark.battery
def test_other_content_types_are_refused(tries: Tries, write: Write, words: dict[str, Any]) -> None:
    body = write.json(words)
    for content_type in ["text/plain", "application/xml", "application/octet-stream", "image/png", "json", 'a/b; c="d']:
        tries.must_answer(content_type, 415, body, content_type)
    tries.must_answer("no content type", 415, body, "")
    tries.assert_flawless()


@pytest.mark.battery
def test_bad_forms_are_refused(tries: Tries, write: Write, words: dict[str, Any]) -> None:
    good = urlencoded(fill(write.body, words))
    tries.must_answer("a NUL byte", 400, good + b"&city=a%00b", URLENCODED)
    tries.must_answer("a NUL byte in a name", 400, good + b"&a%00b=1", URLENCODED)
    tries.must_answer("too many fields", 400, good + b"&a=1" * 1001, URLENCODED)
    tries.must_answer("too large", 413, good + b"&a=" + b"a" * 2**21, URLENCODED)
    tries.must_answer("a charset that is no text", 400, good + b"&a=1", f"{URLENCODED}; charset=base64")
    tries.must_answer("a charset that it is not in", 400, good + b"&a=%ff", f"{URLENCODED}; charset=punycode")
    unknown = write.empty if write.is_of_a_contract else 400
    tries.must_answer("JSON that calls itself a form", unknown, b'{"a": 1}', URLENCODED)
    tries.assert_flawless()


@pytest.mark.battery
def test_bad_parts_are_refused(tries: Tries, write: Write, words: dict[str, Any]) -> None:
    pairs = flat(fill(write.body, words))
    good = multipart(pairs)
    tries.must_answer("no boundary", 400, good, "multipart/form-data")
    tries.must_answer("a boundary of strange letters", 400, good, "multipart/form-data; boundary=\xe9")
    tries.must_answer("a NUL byte", 400, multipart([*pairs, ("city", "a\0b")]), MULTIPART)
    tries.must_answer("too many fields", 400, multipart([*pairs, *[("a", "1")] * 1001]), MULTIPART)
    tries.must_answer("too many files", 400, multipart([("a", "1")] * 101, file_names={"a": "a.txt"}), MULTIPART)
    tries.must_answer("too large", 413, multipart([("a", "a" * 2**21)]), MULTIPART)
    tries.must_answer("a charset that it is not in", 400, multipart([*pairs, ("a", "1")]), f"{MULTIPART}; charset=idna")
    for name, _ in pairs:
        tries.must_refuse(f"{name} is a file", multipart(pairs, file_names={name: "a.txt"}), MULTIPART)
    tries.assert_flawless()


@pytest.mark.parametrize(
    ("who", "path", "field"),
    [
        ("anonymous", "/api/v1/cart/items/", "product"),
        ("seller", "/api/v1/cart/items/", "product"),
        ("seller", "/api/orders/cart/add_item/", "product_id"),
    ],
)
def test_a_refused_first_item_leaves_no_empty_cart(world: World, who: str, path: str, field: str) -> None:
    tries = Tries(world.api[who], "POST", path)
    tries.must_answer("too many", 409, json.dumps({field: world.product.pk, "quantity": 999}).encode())
    tries.assert_flawless()
