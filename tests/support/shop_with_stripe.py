"""A shop that uses the fake Stripe, and a customer who orders there."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from orders.models import Order
from payments.gateways.stripe import api
from payments.models import Payment, Refund
from tests.factories import make_product, make_staff, make_user
from tests.payments.steps import Books, place, settle_down
from tests.support.fake_stripe import KEY, SECRET, FakeStripe, Thing, fake_stripe, signed
from tests.support.faulty_line import Line, line_to
from tests.support.patience import TIMEOUT

WEBHOOK = "/api/v1/payments/webhooks/stripe/"


@dataclass
class StripeShop:
    """Order, pay and refund with Stripe. ``product`` costs 12.50 USD, and an order is for two pieces."""

    fake: FakeStripe
    line: Line
    buyer: User
    staff: User
    product: Product

    def order(self) -> Payment:
        return place(self.buyer, self.product)

    def start(self, payment: Payment, **fields: Any) -> HttpResponse:
        return self._api(self.buyer).post(f"/api/v1/payments/{payment.number}/start/", fields, format="json")

    def started(self, **fields: Any) -> Payment:
        payment = self.order()
        assert self.start(payment, **fields).status_code == 200
        return Payment.objects.get(pk=payment.pk)

    def paid(self) -> tuple[Payment, Thing]:
        """Return a captured payment of 25.00 USD, with Stripe's session."""
        payment = self.started()
        session = self.fake.pay(payment.gateway_id)
        self.tell("checkout.session.completed", session)
        return Payment.objects.get(pk=payment.pk), session

    def give_back(self, payment: Payment, amount: str) -> HttpResponse:
        path = f"/api/v1/payments/{payment.number}/refunds/"
        return self._api(self.staff).post(path, {"amount": amount}, format="json")

    def refunded(self, payment: Payment, amount: str) -> Refund:
        """Return a refund of ``amount`` that staff made and that was sent to Stripe."""
        answer = self.give_back(payment, amount)
        assert answer.status_code == 201, answer.content
        settle_down()
        return Refund.objects.get(number=answer.json()["id"])

    def tell(self, kind: str, thing: Thing, **event: Any) -> None:
        self.deliver(self.fake.event(kind, thing, **event))

    def deliver(self, event: Thing) -> None:
        """Send the event as Stripe does, and process it."""
        assert post(*signed(event)).status_code == 200
        settle_down()

    def books(self) -> Books:
        found = {}
        for name, intent in self.fake.intents.items():
            back = sum(each["amount"] for each in self.fake.refunds.values() if each["payment_intent"] == name)
            found[name] = Decimal(intent["amount_received"]) / 100, Decimal(back) / 100
        return found

    @staticmethod
    def _api(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client


def post(body: bytes, signature: str | None, **headers: str) -> HttpResponse:
    """Post ``body`` to the webhook unchanged."""
    if signature is not None:
        headers["HTTP_STRIPE_SIGNATURE"] = signature
    client = APIClient(raise_request_exception=False)
    return client.generic("POST", WEBHOOK, body, content_type="application/json", **headers)


def order_of(payment: Payment) -> Order:
    return Order.objects.get(pk=payment.order_id)


@pytest.fixture
def stripe_shop(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeShop]:
    with fake_stripe() as fake, line_to(fake.address) as line:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET
        settings.STRIPE_API_BASE = line.address
        monkeypatch.setattr(api, "TIMEOUT", TIMEOUT)
        monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda self, tries: 0.0)
        yield StripeShop(
            fake, line, make_user("carla"), make_staff("stefan"), make_product(price="12.50", stock_left=5)
        )
