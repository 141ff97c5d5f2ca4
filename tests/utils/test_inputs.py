"""What bodies are read with: no nulls, no unknown names, no list longer than its field says."""

import time
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.test import APIClient

from tests.factories import make_product
from tests.support.problems import flaw
from utils.api.fields import IdField
from utils.api.inputs import Input, ListInput

get_resolver().url_patterns  # noqa: B018 # loads every view, and with it every serializer


def below(kind: type) -> set[type]:
    return {kind}.union(*(below(each) for each in kind.__subclasses__()))


INPUTS = sorted((each for each in below(Input) if each.__module__ != "utils.api.inputs"), key=lambda each: str(each))


@pytest.mark.parametrize("kind", INPUTS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_lists_are_counted_first(kind: type[Input]) -> None:
    for name, field in kind().fields.items():
        assert not isinstance(field, serializers.ListSerializer), name
        if isinstance(field, serializers.ListField):
            assert isinstance(field, ListInput), name


def test_a_list_that_is_too_long_is_not_looked_at() -> None:
    class Counting(IdField):
        seen = 0

        def run_validation(self, data: Any = serializers.empty) -> Any:
            Counting.seen += 1
            return super().run_validation(data)

    field = ListInput(child=Counting(), max_length=3)
    with pytest.raises(ValidationError, match="no more than 3"):
        field.run_validation(["?"] * 4)
    assert Counting.seen == 0
    assert field.run_validation([1, 2, 3]) == [1, 2, 3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cart/", list(range(1, 250_000))),
        ("/cashout/", {"order": [{"product": 1}] * 90_000, "mpesa_number": "0712345678"}),
        ("/api/v1/orders/", {"items": [{"product": 1}] * 90_000, "address": {"street": "1 Main Street"}}),
        ("/api/orders/create/", {"order_items": [{"product": 1}] * 90_000, "street": "1 Main Street"}),
    ],
)
def test_a_long_list_gets_a_short_answer_soon(customer_api: APIClient, path: str, body: Any) -> None:
    """Ten seconds are for a slow machine: looked at one by one, these took from twenty to sixty."""
    before = time.process_time()
    answer = customer_api.post(path, body)
    assert (answer.status_code, flaw(answer)) == (400, ""), answer.content[:300]
    assert len(answer.content) < 2000
    assert time.process_time() - before < 10


@pytest.mark.django_db
def test_many_unknown_names_get_a_short_answer(customer_api: APIClient) -> None:
    answer = customer_api.post("/api/v1/addresses/", {f"name{number}": "" for number in range(50_000)})
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) <= 21


@pytest.mark.django_db
def test_a_misspelt_name_is_told_with_what_it_left_out(staff_api: APIClient) -> None:
    answer = staff_api.post("/api/v1/products/", {"name": "Lamp", "prise": "9.50", "brand": None})
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/price", "required"),
        ("/prise", "unknown_field"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sku", "compare_at", "id", "rating"])
def test_what_is_only_read_can_not_be_written(staff_api: APIClient, name: str) -> None:
    product = make_product("Lamp")
    answer = staff_api.patch(f"/api/v1/products/{product.pk}/", {"brand": "Acme", name: "1"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{name}")
    product.refresh_from_db()
    assert product.brand == ""


@pytest.mark.django_db
def test_null_leaves_a_field_as_it_is(staff_api: APIClient) -> None:
    product = make_product("Lamp", brand="Acme")
    answer = staff_api.patch(f"/api/v1/products/{product.pk}/", {"name": "Desk lamp", "brand": None, "stock": None})
    assert (answer.status_code, answer.json()["name"], answer.json()["brand"]) == (200, "Desk lamp", "Acme")
