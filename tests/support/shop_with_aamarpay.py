"""A shop that sells in BDT and takes aamarPay, which ``fake_aamarpay`` plays. Its fixture checks that no key leaks."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.services import price_set
from orders.models import Order
from payments.gateways.aamarpay import api
from payments.models import Payment, PaymentAlert, PaymentEntry
from payments.services import reconcile
from tests.factories import make_product, sole_variant
from tests.payments.steps import settle_down
from tests.support.fake_aamarpay import KEY, STORE, FakeAamarPay, fake_aamarpay
from tests.support.faulty_line import Line, line_to
from tests.support.jobs import run_jobs
from tests.support.patience import TIMEOUT
from tests.support.rows import all_rows
from utils.events import deliver_due

FORM = "application/x-www-form-urlencoded"
WEBHOOK = "/api/v1/payments/webhooks/aamarpay/"
ORDER = {
    "address": {"name": "Rahima Khatun", "street": "7 Lake Road", "city": "Dhaka", "country": "Bangladesh"},
    "payment_method": "aamarpay",
    "phone": "+8801700112233",
}


def keyless(text: str) -> bool:
    return KEY not in text and quote(KEY, safe="") not in text


class AamarPayShop:
    """Order and pay with aamarPay as a buyer. ``api`` is the buyer's client; ``answers`` holds every answer."""

    def __init__(self, fake: FakeAamarPay, line: Line, api: APIClient, staff_api: APIClient) -> None:
        self.fake, self.line, self.api, self.staff_api = fake, line, api, staff_api
        self.outside = APIClient(enforce_csrf_checks=True, raise_request_exception=True)
        self.answers: list[str] = []

    def post(self, path: str, body: dict[str, Any] | None = None, *, by: APIClient | None = None) -> Any:
        return self._kept((by or self.api).post(path, body or {}))

    def order(self, price: str = "1234.50") -> Payment:
        product = make_product()
        price_set(variant=sole_variant(product), amount=Decimal(price), currency="BDT")
        self.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 1})
        placed = self.post("/api/v1/orders/", ORDER)
        assert placed.status_code == 201, placed.content
        return Payment.objects.get(number=placed.json()["payment"]["id"])

    def start(self, payment: Payment, **body: Any) -> Any:
        return self.post(f"/api/v1/payments/{payment.number}/start/", body)

    def started(self, price: str = "1234.50") -> Payment:
        payment = self.order(price)
        answer = self.start(payment)
        assert answer.status_code == 200, answer.content
        return payment

    def paid(self, price: str = "1234.50") -> Payment:
        payment = self.started(price)
        self.fake.pay(payment.number)
        self.come_back(payment)
        settle_down()
        payment.refresh_from_db()
        assert payment.state == "captured"
        return payment

    def come_back(self, payment: Payment, fields: dict[str, str] | None = None) -> HttpResponse:
        """Send the buyer's browser back to the shop: by GET after a cancellation, else by POST from another site."""
        path = f"/api/v1/payments/return/{payment.number}/"
        if fields is None:
            return self._kept(self.outside.get(path, headers={"accept": "text/html"}))
        sent = {"accept": "text/html", "origin": "null", "sec-fetch-site": "cross-site"}
        return self._kept(self.outside.post(path, urlencode(fields), content_type=FORM, headers=sent))

    def tell(self, fields: dict[str, str], content_type: str = FORM) -> Any:
        """Send aamarPay's webhook, or a request of somebody else that looks like it."""
        body: Any = urlencode(fields) if content_type == FORM else fields
        form = {"content_type": FORM} if content_type == FORM else {"format": content_type}
        return self._kept(self.outside.post(WEBHOOK, body, **form))

    def later(self, minutes: int = 10) -> None:
        """Do what the shop does by itself within ``minutes``: deliver events, run jobs and reconcile."""
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            for _ in range(2):
                deliver_due()
                run_jobs()
                reconcile(everything=True)

    def _kept(self, answer: Any) -> Any:
        self.answers.append(f"{answer.headers} {answer.content!r}")
        return answer


def state_of(payment: Payment) -> tuple[str, str, str]:
    payment.refresh_from_db()
    order = Order.objects.get(pk=payment.order_id)
    return payment.state, order.status, order.payment_status


def disagreements(fake: FakeAamarPay) -> list[str]:
    """List the differences between the gateway's ledger and the shop's.

    Money that the gateway collected must be captured once or have an alert. Nothing else may be captured.
    """
    found = []
    entries = PaymentEntry.objects.filter(kind="capture").select_related("payment")
    ours = [(entry.payment.number, entry.receipt, entry.amount) for entry in entries]
    theirs = [(tran_id, each.pg_txnid, Decimal(each.sent["amount"])) for tran_id, each in fake.collected().items()]
    for money in theirs:
        has_alert = PaymentAlert.objects.filter(payment__number=money[0]).exists()
        if ours.count(money) != 1 and not has_alert:
            found.append(f"collected, but captured {ours.count(money)} times: {money}")
    return found + [f"captured, but not collected: {money}" for money in ours if money not in theirs]


@pytest.fixture
def aamarpay_shop(
    settings: Any,
    customer_api: APIClient,
    staff_api: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[AamarPayShop]:
    """Yield the shop, and check afterwards that the key is in no log record of any level, no row and no answer."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(api, "TIMEOUT", TIMEOUT)
    settings.DEFAULT_CURRENCY = "BDT"
    settings.AAMARPAY_STORE_ID, settings.AAMARPAY_SIGNATURE_KEY = STORE, KEY
    with fake_aamarpay() as fake, line_to(fake.address) as line:
        settings.AAMARPAY_BASE_URL = fake.address = line.address
        shop = AamarPayShop(fake, line, customer_api, staff_api)
        yield shop
    formatter = logging.Formatter("%(name)s %(message)s %(args)s")
    for when in ("setup", "call"):
        assert all(keyless(formatter.format(record)) for record in caplog.get_records(when))
    assert keyless(repr(all_rows()))
    assert all(keyless(answer) for answer in shop.answers)
