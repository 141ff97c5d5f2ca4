"""The fixtures of a buyer who pays with M-Pesa, and of the fake Daraja that the shop talks to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.services import product_create
from orders.models import Order
from payments import services
from payments.gateways.mpesa import api, token
from payments.models import GatewayEvent, Payment
from tests.conftest import client_of
from tests.factories import balance, book_in, make_user, sole_variant
from tests.payments.steps import books_agree
from tests.support import fake_daraja
from tests.support.fake_daraja import Daraja, running_daraja
from tests.support.patience import TIMEOUT, waiting_in_vain

PHONE, MSISDN = "0708 374 149", "254708374149"


@pytest.fixture
def daraja(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daraja]:
    for module in (api, token):
        monkeypatch.setattr(module, "TIMEOUT", TIMEOUT)
    with running_daraja() as fake, waiting_in_vain(fake.wait_for_effect, at=fake.will_stall):
        settings.MPESA_BASE_URL = fake.url
        settings.MPESA_CONSUMER_KEY, settings.MPESA_CONSUMER_SECRET = fake_daraja.KEY, fake_daraja.SECRET
        settings.MPESA_SHORTCODE, settings.MPESA_PASSKEY = fake_daraja.SHORTCODE, fake_daraja.PASSKEY
        settings.SITE_URL = "https://shop.example.com"
        settings.DEFAULT_CURRENCY = "KES"
        yield fake


@dataclass
class MpesaShop:
    daraja: Daraja
    buyer: User
    api: APIClient
    outside: APIClient = field(default_factory=lambda: APIClient(raise_request_exception=False))
    product: Any = None

    def place(self, price: str = "1235.00") -> Payment:
        """Order one piece of a new product that has three."""
        self.product = product_create(name=f"Kettle {price}", price=Decimal(price), currency="KES")
        book_in(sole_variant(self.product), 3)
        self.api.post("/api/v1/cart/items/", {"product": self.product.pk, "quantity": 1})
        placed = self.api.post(
            "/api/v1/orders/", {"address": {"street": "Moi Avenue 1"}, "payment_method": "mpesa", "phone": PHONE}
        )
        assert placed.status_code == 201, placed.content
        return Payment.objects.get(number=placed.json()["payment"]["id"])

    def start(self, payment: Payment, **fields: Any) -> HttpResponse:
        return self.api.post(f"/api/v1/payments/{payment.number}/start/", fields)

    def started(self, price: str = "1235.00") -> Payment:
        payment = self.place(price)
        answer = self.start(payment)
        assert answer.status_code == 200, answer.content
        payment.refresh_from_db()
        return payment

    def deliver(self, message: Any, path: str = "") -> HttpResponse:
        """Post a message as Safaricom does, and process the webhooks that are due."""
        answer = self.outside.post(path or self.daraja.last.path, message, format="json")
        services.events_process_due()
        return answer

    def retry_events(self) -> None:
        GatewayEvent.objects.filter(state="waiting").update(due_at=timezone.now())
        services.events_process_due()

    def order(self) -> Order:
        return Order.objects.latest("pk")

    def stock(self) -> tuple[int, int]:
        return balance(self.product)

    def assert_books_agree(self) -> None:
        """Assert that the shop's ledger agrees with Daraja's books, and that nothing was refunded."""
        books_agree({name: (Decimal(amount), Decimal(0)) for name, amount in self.daraja.books.items()})


@pytest.fixture
def mpesa_shop(db: None, daraja: Daraja) -> MpesaShop:
    buyer = make_user("carla")
    return MpesaShop(daraja, buyer, client_of(buyer))
