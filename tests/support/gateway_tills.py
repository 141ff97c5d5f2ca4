"""Give the three fake gateways one interface, to pay and to read what each has received and refunded."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from rest_framework.test import APIClient

from payments.gateways.mpesa.token import access_token
from payments.models import Payment
from payments.services.start import hashed
from tests.payments.steps import Books
from tests.support import shop_with_stripe
from tests.support.fake_daraja import Attempt
from tests.support.fake_stripe import signed
from tests.support.faulty_line import Line


class GatewayTill:
    """Order, pay and read the books at one gateway.

    ``panel`` holds what staff refunded by hand in the gateway's own panel, by the gateway's id of the payment.
    """

    def __init__(self, shop: Any, line: Line, *, buyer: APIClient, staff: APIClient) -> None:
        self.shop, self.line, self.buyer, self.staff = shop, line, buyer, staff
        self.outside = APIClient()
        self.panel: dict[str, Decimal] = {}

    def order(self) -> Payment:
        return self.shop.order()

    def start(self, payment: Payment) -> Any:
        return self.buyer.post(f"/api/v1/payments/{payment.number}/start/", {}, format="json")

    def another_attempt(self, payment: Payment) -> Payment:
        path = f"/api/v1/orders/{payment.order.number}/payments/"
        opened = self.buyer.post(path, {"payment_method": payment.method}, format="json")
        assert opened.status_code == 201, opened.content
        return Payment.objects.get(number=opened.json()["id"])

    def has(self, payment: Payment) -> bool:
        """Return whether the payment reached the gateway, and the gateway can reach the buyer."""
        raise NotImplementedError

    def pay(self, payment: Payment) -> None:
        raise NotImplementedError

    def news(self, payment: Payment) -> list[HttpResponse]:
        """Send the gateway's webhook, then the request of the buyer's returning browser. Return both answers."""
        return [self.tell(payment), self.outside.get(f"/api/v1/payments/return/{payment.number}/")]

    def tell(self, payment: Payment) -> HttpResponse:
        raise NotImplementedError

    def books(self) -> Books:
        raise NotImplementedError


class StripeTill(GatewayTill):
    def has(self, payment: Payment) -> bool:
        """Return whether the shop knows Stripe's page. Without its URL the shop can show it to nobody."""
        return bool(payment.gateway_id)

    def pay(self, payment: Payment) -> None:
        self.shop.fake.pay(payment.gateway_id)

    def tell(self, payment: Payment) -> HttpResponse:
        """Send a webhook that makes the shop ask Stripe for the result."""
        intent = self.shop.fake.intents[self.shop.fake.sessions[payment.gateway_id]["payment_intent"]]
        return shop_with_stripe.post(*signed(self.shop.fake.event("payment_intent.succeeded", intent)))

    def books(self) -> Books:
        return self.shop.books()


class AamarPayTill(GatewayTill):
    def has(self, payment: Payment) -> bool:
        return payment.number in self.shop.fake.transactions

    def pay(self, payment: Payment) -> None:
        self.shop.fake.pay(payment.number)

    def tell(self, payment: Payment) -> HttpResponse:
        return self.shop.tell(self.shop.fake.hint(payment.number))

    def books(self) -> Books:
        return {
            each.pg_txnid: (Decimal(each.sent["amount"]), self.panel.get(each.pg_txnid, Decimal(0)))
            for each in self.shop.fake.collected().values()
        }


class MpesaTill(GatewayTill):
    """Order and pay with M-Pesa, with a token from the start.

    Without a token, every fault would happen when the shop asks for one, and none when it asks for money.
    """

    def order(self) -> Payment:
        access_token()
        return self.shop.place()

    def has(self, payment: Payment) -> bool:
        return bool(self._attempts(payment))

    def pay(self, payment: Payment) -> None:
        (attempt,) = self._attempts(payment)
        attempt.code = "0"

    def tell(self, payment: Payment) -> HttpResponse:
        (attempt,) = self._attempts(payment)
        return self.outside.post(attempt.path, self.shop.daraja.callback(attempt), format="json")

    def _attempts(self, payment: Payment) -> list[Attempt]:
        """List the attempts of a payment, by the secret in their callback's URL."""
        payment.refresh_from_db()
        found = self.shop.daraja.attempts.values()
        return [each for each in found if hashed(each.path.split("/")[-2]) == payment.token_hash]

    def tell_of_reversal(self) -> HttpResponse:
        (reversal,) = self.shop.daraja.reversals
        return self.outside.post(reversal.path, reversal.result(), format="json")

    def books(self) -> Books:
        back = defaultdict(Decimal, self.panel)
        for reversal in self.shop.daraja.reversals:
            back[self._paid_with(reversal.sent["TransactionID"])] += reversal.sent["Amount"]
        return {name: (Decimal(amount), back[name]) for name, amount in self.shop.daraja.books.items()}

    def _paid_with(self, receipt: str) -> str:
        return next(name for name, each in self.shop.daraja.attempts.items() if each.receipt == receipt)
