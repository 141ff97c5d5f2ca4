"""Test that the copies in an order can hold the longest values of the fields that they are copied from."""

import pytest
from django.db.models import CharField, Field
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product, Variant
from orders.models import Order, OrderLine
from shipping.models import Address, Shipment
from tests.factories import make_product

COPIES = [
    (OrderLine, "product_name", Product, "name"),
    (OrderLine, "sku", Variant, "sku"),
    (Order, "email", User, "email"),
    (Order, "phone", User, "phone"),
    *[
        (Shipment, name, Address, name)
        for name in ("name", "phone", "street", "city", "state", "postal_code", "country")
    ],
]


def column(model: type, name: str) -> Field:
    return model._meta.get_field(name)  # type: ignore[attr-defined] # of every model


@pytest.mark.parametrize(("copy", "name", "source", "of"), COPIES, ids=lambda each: getattr(each, "__name__", each))
def test_a_copy_is_as_wide_as_its_source(copy: type, name: str, source: type, of: str) -> None:
    wide, narrow = column(copy, name), column(source, of)
    assert not isinstance(wide, CharField) or (wide.max_length or 0) >= (narrow.max_length or 10**9)


@pytest.mark.django_db
@pytest.mark.parametrize("longest", [120, 255])
def test_a_variant_with_long_options_is_ordered(customer_api: APIClient, longest: int) -> None:
    """The API takes values of 120 characters, the import of 255."""
    product = make_product("Cable", stock_left=3)
    values = [letter * longest for letter in "abc"]
    Variant.objects.update(options=[{"name": value[:1], "value": value} for value in values])
    customer_api.post("/api/v1/cart/items/", {"product": product.pk})
    placed = customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}})
    assert placed.status_code == 201, placed.content
    assert placed.json()["lines"][0]["variant_title"] == " / ".join(values)


@pytest.mark.django_db
def test_an_order_has_its_own_parcel(customer_api: APIClient) -> None:
    """The ids of orders and parcels do not run side by side."""
    for _ in range(3):
        Shipment.objects.create(street="9 Other Street")
    for street in ("1 Main Street", "2 Main Street"):
        body = {"items": [{"product": make_product(stock_left=5).pk}], "address": {"street": street}}
        assert customer_api.post("/api/v1/orders/", body).status_code == 201
    assert list(Order.objects.order_by("id").values_list("shipment__street", flat=True)) == [
        "1 Main Street",
        "2 Main Street",
    ]
