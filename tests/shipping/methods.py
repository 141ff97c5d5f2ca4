"""Shipping methods, zones and rates to test with, and what is offered of them."""

from typing import Any

from rest_framework.test import APIClient

from cart.models import Cart
from orders.models import Order
from shipping.models import Shipment, ShippingMethod, ShippingRate, ShippingZone
from tests.factories import balance
from utils.models import OutboxEvent

ORDERS = "/api/v1/orders/"
QUOTE = f"{ORDERS}quote/"
STREET = "1 Main Street"


def method(code: str, **fields: Any) -> ShippingMethod:
    return ShippingMethod.objects.create(name=code.title(), code=code, **{"position": 1, **fields})


def zone(name: str, *places: dict[str, str], position: int = 0) -> ShippingZone:
    made = ShippingZone.objects.create(name=name, position=position)
    for place in places:
        made.places.create(**place)
    return made


def rate(by: ShippingMethod, price: str, zone: ShippingZone | None = None, **fields: Any) -> ShippingRate:
    return by.rates.create(price=price, zone=zone, **{"currency": "USD", **fields})


def quoted(api: APIClient, **body: Any) -> dict[str, str]:
    """Return the price of each method that is offered, by its code."""
    answer = api.post(QUOTE, body, format="json")
    assert answer.status_code == 200, answer.content
    return {each["code"]: each["price"] for each in answer.json()["shipping_methods"]}


def nothing_is_ordered(product: Any) -> bool:
    is_open = set(Cart.objects.values_list("status", flat=True)) == {"open"}
    rows = (Order, Shipment, OutboxEvent)
    return balance(product) == (100, 0) and is_open and not any(model.objects.exists() for model in rows)
