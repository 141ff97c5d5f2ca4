"""An order that waits for a gateway's money, and a shop for each of the gateways."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from inventory.selectors import discrepancies
from orders.models import Order
from payments.gateways import registry
from payments.models import Payment
from payments.services import settle
from tests.factories import balance, make_product, make_user
from tests.payments.steps import place, settle_down
from tests.support.fake_gateway import FakeGateway, paid
from tests.support.shop_with_aamarpay import aamarpay_shop
from tests.support.shop_with_mpesa import daraja, mpesa_shop
from tests.support.shop_with_stripe import stripe_shop

__all__ = ["aamarpay_shop", "daraja", "mpesa_shop", "stripe_shop"]


@dataclass
class Sale:
    """Two pieces of ``product``, of which there are five, for 100.00 USD."""

    buyer: User
    product: Product
    payment: Payment

    @property
    def order(self) -> Order:
        return Order.objects.get(pk=self.payment.order_id)

    def stock(self) -> tuple[int, int]:
        """Return what is on hand and reserved, after checking that the ledgers add up."""
        assert discrepancies() == []
        return balance(self.product)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeGateway:
    """Play the gateways: ``stripe``, ``aamarpay``, which can't refund, and ``mpesa``, which rings a phone."""
    fake = FakeGateway(tmp_path / "books.json")
    others = [
        FakeGateway(tmp_path / "other-books.json", method="aamarpay", can_refund=False),
        FakeGateway(tmp_path / "third-books.json", method="mpesa", can_refund=False, needs_phone=True),
    ]
    monkeypatch.setattr(registry, "_GATEWAYS", {each.method: each for each in (fake, *others)})
    return fake


@pytest.fixture
def sale(db: None, fake: FakeGateway) -> Sale:
    buyer, product = make_user("bianca"), make_product(price="50.00", stock_left=5)
    return Sale(buyer, product, place(buyer, product))


@pytest.fixture
def shop(request: pytest.FixtureRequest, db: None) -> Any:
    """Return the shop of the gateway whose tests the folder holds.

    ``db`` is named here because pytest-django makes a database only for what it sees before the run.
    """
    return request.getfixturevalue(f"{request.path.parent.name}_shop")


@pytest.fixture
def paid_sale(sale: Sale) -> Sale:
    settle(payment_id=sale.payment.pk, result=paid(sale.payment))
    settle_down()
    return sale


def ask(api: APIClient, sale: Sale, **body: Any):
    return api.post(f"/api/v1/payments/{sale.payment.number}/refunds/", body, format="json")


def set_aside(sale: Sale) -> Decimal:
    return Payment.objects.get(pk=sale.payment.pk).refunded_amount
