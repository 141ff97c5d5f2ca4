"""An order that waits for a gateway's money."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts.models import User
from catalog.models import Product
from inventory.selectors import discrepancies
from orders.models import Order
from payments.gateways import registry
from payments.models import Payment
from tests.factories import balance, make_product, make_user
from tests.payments.steps import place
from tests.support.fake_gateway import FakeGateway


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
        """On hand and reserved, once the ledgers were found to add up."""
        assert discrepancies() == []
        return balance(self.product)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeGateway:
    """The gateway of the method ``stripe``; ``aamarpay`` is one that can't refund, ``mpesa`` one that rings a phone."""
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
