"""Stored answers belong to one user: nobody else's key finds them, and they end with the account."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from orders.models import Order
from tests.factories import PASSWORD, make_product
from utils.idempotency import Answer, RequestKey, act_once
from utils.models import IdempotencyKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _goods() -> None:
    make_product("Lamp", stock_left=50)


def order(client: APIClient, key: str = "one") -> str:
    """Send an order, the same each time, with this key. Return its number."""
    if not IdempotencyKey.objects.filter(user_id=client.handler._force_user.pk, key=key).exists():
        client.post("/api/v1/cart/items/", {"product": make_product(stock_left=5).pk})
    answer = client.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def test_two_users_with_an_equal_key_each_get_their_own_answer_again(
    customer_api: APIClient, other_api: APIClient
) -> None:
    first, second = order(customer_api), order(other_api)
    assert first != second
    assert (order(customer_api), order(other_api)) == (first, second)
    assert Order.objects.count() == 2


def test_each_key_of_one_user_has_its_own_answer(customer_api: APIClient) -> None:
    first, second = order(customer_api, "one"), order(customer_api, "two")
    assert first != second
    assert (order(customer_api, "one"), order(customer_api, "two")) == (first, second)


def test_what_must_not_happen_twice_is_done_once_and_its_answer_given_again(customer: User) -> None:
    request_key, done = RequestKey(user_id=customer.pk, key="one", fingerprint="refund"), []

    def act() -> Answer:
        done.append("asked the gateway")
        return Answer(status=201, body={"id": "7"})

    answers = [act_once(request_key, act) for _ in range(2)]
    assert [(answer.body, answer.replayed) for answer in answers] == [({"id": "7"}, False), ({"id": "7"}, True)]
    assert len(done) == 1


def test_the_stored_answers_go_with_the_account_and_only_its_own(
    customer_api: APIClient, other_api: APIClient, staff_api: APIClient, other_customer: User
) -> None:
    number = order(customer_api)
    order(other_api)
    staff_api.post(f"/api/v1/orders/{number}/transition/", {"status": "cancelled", "reason": "Asked to"})
    assert customer_api.post("/api/v1/auth/me/erase/", {"password": PASSWORD}).status_code == 204
    assert list(IdempotencyKey.objects.values_list("user_id", flat=True)) == [other_customer.pk]
