"""A shop that is in no country, and a cart in it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import make_product


@pytest.fixture(autouse=True)
def _home(settings: Any) -> None:
    settings.SHOP_COUNTRY = ""


@pytest.fixture
def fill(customer_api: APIClient) -> Callable[..., Any]:
    def put(price: str = "20.00", *, quantity: int = 1, weight: int | None = None) -> Any:
        product = make_product(price=price, stock_left=100)
        product.variants.update(weight_grams=weight)
        answer = customer_api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": quantity})
        assert answer.status_code == 201
        return product

    return put
