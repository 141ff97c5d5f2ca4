"""What the tests of shop 002's published API share: a shop in shillings with the fake Daraja, and its clients' data."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import Product
from inventory.products import product_offer
from tests.factories import make_user
from tests.support.shop_with_mpesa import MpesaShop
from tests.support.shop_with_mpesa import daraja as daraja
from tests.support.shop_with_mpesa import mpesa_shop as mpesa_shop
from tests.support.world import client_with_token

MPESA_NUMBER = "0712345678"


@pytest.fixture(autouse=True)
def customers_sell(settings: Any) -> None:
    """Let customers sell at once, as the contract says. This applies to each module that imports it."""
    settings.SELLERS = "open"


def told(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined] # the test client adds it


def pointers(answer: HttpResponse) -> list[str]:
    return [error["pointer"] for error in answer.json()["errors"]]  # type: ignore[attr-defined]


def picture(name: str = "mouse.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


class OmacheTill:
    """Sell and buy in shop 002.

    ``buyer`` shops through ``api``. ``seller`` offers ``product``, ten pieces for 1,250 shillings each.
    """

    def __init__(self, shop: MpesaShop) -> None:
        self.shop, self.daraja, self.buyer = shop, shop.daraja, shop.buyer
        self.api = client_with_token(shop.buyer)
        self.seller = make_user("wanjiru")
        self.product = self.offer("Gaming mouse")

    def offer(self, name: str, *, price: str = "1250", stock: int = 10) -> Product:
        return product_offer(user=self.seller, name=name, category="gaming", price=Decimal(price), stock=stock)

    def cash_out(self, number: Any = 2, **fields: Any) -> HttpResponse:
        order = [{"product": self.product.pk, "number": number}]
        return self.api.post("/cashout/", {"order": order, "mpesa_number": MPESA_NUMBER} | fields, format="json")

    def webhook(self) -> str:
        """Return the path of the callback URL that Safaricom got last."""
        return self.daraja.last.path

    def track(self) -> list[dict[str, Any]]:
        return self.api.get("/track/order/").json()

    def item_number(self) -> int:
        (row,) = APIClient().post("/cart/", [self.product.pk], format="json").json()
        return row["item_number"]


@pytest.fixture
def till(mpesa_shop: MpesaShop) -> OmacheTill:
    return OmacheTill(mpesa_shop)
