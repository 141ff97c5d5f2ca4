"""A purchase with M-Pesa that is refunded, against the simulator, over HTTP as the embedded shop runs it."""

import re
from http import HTTPStatus
from typing import Any

import pytest
import requests

from tests.support.embedded_shop import on_the_embedded_default
from tests.support.patience import wait_for

pytestmark = [pytest.mark.xdist_group("browser"), on_the_embedded_default]


class SimulatedShopClient:
    def __init__(self, shop: str, name: str) -> None:
        self.shop = f"{shop}/api/v1"
        self.headers: dict[str, str] = {}
        token = self.post("/auth/token/", username=name, password="a long password 77")["access"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, **body: Any) -> Any:
        answer = requests.post(f"{self.shop}{path}", json=body, headers=self.headers, timeout=30)
        assert answer.status_code < HTTPStatus.BAD_REQUEST, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        return requests.get(f"{self.shop}{path}", headers=self.headers, timeout=30).json()


def answer_the_phone(shop: str) -> None:
    session = requests.Session()
    page = session.get(f"{shop}/simulator/phone/", timeout=30)
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found
    shown = session.post(page.url, {"csrfmiddlewaretoken": found[1], "choice": "pay"}, timeout=30)
    assert "Paid" in shown.text


def test_a_purchase_that_is_given_back(simulated_shop: str) -> None:
    buyer, staff = SimulatedShopClient(simulated_shop, "buyer"), SimulatedShopClient(simulated_shop, "boss")
    product = buyer.get("/products/")["results"][0]["id"]
    cart = buyer.post("/cart/items/", product=product, quantity=1)
    order = {"cart": cart["id"], "address": {"street": "Moi Avenue 1"}, "payment_method": "mpesa"}
    payment = buyer.post("/orders/", **order, phone="0712345678")["payment"]["id"]
    assert buyer.post(f"/payments/{payment}/start/")["state"] == "waiting"
    answer_the_phone(simulated_shop)
    wait_for(lambda: buyer.get(f"/payments/{payment}/")["state"], "captured")
    staff.post(f"/payments/{payment}/refunds/", amount="50.00")
    wait_for(lambda: [each["state"] for each in staff.get(f"/payments/{payment}/refunds/")["results"]], ["succeeded"])
