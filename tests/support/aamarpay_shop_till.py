"""A customer of shop 000 with a filled cart, who pays at the fake aamarPay."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from accounts.models import User
from cart.models import Cart
from cart.services import cart_open, item_add
from catalog.models import Product
from catalog.services import price_set
from inventory.offers import offer_of_product
from payments.models import Payment
from tests.factories import make_product, sole_variant
from tests.support.rows import all_rows, changed
from tests.support.shop_with_aamarpay import FORM, AamarPayShop
from tests.support.storefronts.aamarpay_shop import PAYMENT
from tests.support.world import client_with_token

REQUEST, CART = "/api/aamar_pay_payment_request/", "/api/product_cart/"
# Two paths start with this; one ends in ``SUCCESS``, the other in ``FAIL``.
CONFIRMATION = "/api/aamar_pay_payment_confirmation_"
SUCCESS, FAIL = "request/", "fail_request/"


def sell(name: str = "Lamp", price: str = "125.00") -> Product:
    product = make_product(name, stock_left=10)
    price_set(variant=sole_variant(product), amount=Decimal(price), currency="BDT")
    return product


def fill_cart(user: User, *products: Product) -> Cart:
    """Put two pieces of each product into the user's cart."""
    cart = cart_open(user=user)
    for product in products:
        item_add(cart=cart, offer=offer_of_product(product.pk, currency="BDT"), quantity=2)
    return cart


def come_back(shop: AamarPayShop, path: str, fields: dict[str, str]) -> HttpResponse:
    """Post the gateway's form to a confirmation URL as a browser does: from another site, without cookies."""
    headers = {"accept": "text/html", "origin": "null", "sec-fetch-site": "cross-site"}
    return shop.outside.post(f"{CONFIRMATION}{path}", urlencode(fields), content_type=FORM, headers=headers)


@dataclass
class AamarPayShopTill:
    """Pay as a customer whose ``cart`` holds two lamps for 250.00 BDT."""

    shop: AamarPayShop
    user: User
    api: APIClient
    product: Product
    cart: Cart

    def body(self, **fields: Any) -> dict[str, Any]:
        return PAYMENT | {"currency": "BDT", "identification": {"cart_id": self.cart.pk}} | fields

    def ask(self, **fields: Any) -> Any:
        return self.api.post(REQUEST, self.body(**fields), format="json")

    def started(self, **fields: Any) -> Payment:
        answer = self.ask(**fields)
        assert answer.status_code == 200, answer.content
        return Payment.objects.get(pk=answer.json()["payment"])

    def refused(self, status: int, code: str, **fields: Any) -> None:
        """Assert that the request is refused, that no row changes and that aamarPay is not asked."""
        before, asked = all_rows(), len(self.shop.fake.seen)
        answer = self.ask(**fields)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        assert changed(before, all_rows()) == []
        assert len(self.shop.fake.seen) == asked


@pytest.fixture
def aamarpay_till(aamarpay_shop: AamarPayShop, customer: User) -> AamarPayShopTill:
    product = sell()
    return AamarPayShopTill(aamarpay_shop, customer, client_with_token(customer), product, fill_cart(customer, product))
