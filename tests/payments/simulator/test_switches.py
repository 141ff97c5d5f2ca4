"""What the shop makes of a simulated gateway's news, good and bad: shop and simulator talk over HTTP, as they run."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
import time_machine
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from catalog.models import Product
from catalog.services import price_set
from orders.models import Order
from payments.models import Payment, PaymentEntry
from payments.simulator.models import Delivery
from tests.conftest import client_of
from tests.factories import make_product, make_user, sole_variant
from tests.payments.steps import alerts, let_time_pass, settle_down

pytestmark = pytest.mark.django_db(transaction=True)

SIDES = ("stripe", "aamarpay", "mpesa")
CURRENCIES = {"stripe": "USD", "aamarpay": "BDT", "mpesa": "KES"}
# By then every message is there, those that come one after another and those that come late.
SOON, LATE = timedelta(seconds=8), timedelta(seconds=20)

PRICE = Decimal("100.00")
PAID, WAITING, FAILED = "captured", "waiting", "failed"


class Market:
    """Play a buyer at the shop and at the simulator's pages. ``side`` is the gateway that is paid through."""

    def __init__(self, side: str, address: str) -> None:
        self.side, self.address = side, address
        self.buyer = make_user("carla")
        self.browser = requests.Session()
        product = make_product()
        price_set(variant=sole_variant(product), amount=PRICE, currency=CURRENCIES[side])
        self.payment = self.started(self._order(product))

    def _order(self, product: Product) -> Payment:
        api = client_of(self.buyer)
        api.post("/api/v1/cart/items/", {"product": product.pk, "quantity": 1}, format="json")
        ordered = {"address": {"street": "Moi Avenue 1"}, "payment_method": self.side, "phone": "0708374149"}
        placed = api.post("/api/v1/orders/", ordered, format="json")
        assert placed.status_code == 201, placed.content
        return Payment.objects.get(number=placed.json()["payment"]["id"])

    def started(self, payment: Payment) -> Payment:
        answer = client_of(self.buyer).post(f"/api/v1/payments/{payment.number}/start/", {}, format="json")
        assert answer.status_code == 200, answer.content
        return Payment.objects.get(pk=payment.pk)

    def start_another(self) -> None:
        path = f"/api/v1/orders/{self.payment.order.number}/payments/"
        opened = client_of(self.buyer).post(path, {"payment_method": self.side}, format="json")
        assert opened.status_code == 201, opened.content
        self.payment = self.started(Payment.objects.get(number=opened.json()["id"]))

    def choose(self, choice: str, *switches: str) -> requests.Response:
        """Choose on the gateway's page, or on the phone."""
        page = self.payment.pay_url or f"{self.address}/simulator/pay/{self.payment.gateway_id}/"
        shown = self.browser.get(page, timeout=10)
        return self._submit(shown.url, choice=choice, **dict.fromkeys(switches, "on"))

    def _submit(self, address: str, **fields: str) -> requests.Response:
        token = {"csrfmiddlewaretoken": self.browser.cookies["csrftoken"]}
        answer = self.browser.post(address, {**fields, **token}, timeout=10, allow_redirects=False)
        assert answer.status_code in {200, 302, 303}, answer.text
        return answer

    def send_again(self) -> None:
        """Press the first button of the overview."""
        page = self.browser.get(f"{self.address}/simulator/", timeout=10)
        path = re.search(r'action="(/simulator/deliveries/\d+/resend/)"', page.text)
        assert path, page.text
        self._submit(f"{self.address}{path[1]}")
        pass_by(SOON)

    def ends(self) -> tuple[str, list[Decimal], list[str]]:
        """Return the payment's state, what stands in the ledger, and what the staff are told."""
        self.payment.refresh_from_db()
        order = Order.objects.get(pk=self.payment.order_id)
        entries = list(PaymentEntry.objects.values_list("amount", flat=True))
        assert (order.status, order.payment_status) == (("confirmed", "paid") if entries else ("pending", "unpaid"))
        return self.payment.state, entries, alerts()


def pass_by(time: timedelta) -> None:
    """Let ``time`` pass, so that messages arrive, are processed and have their effects.

    Each step is a job that the step before enqueued. The shop asks no gateway.
    """
    with time_machine.travel(timezone.now() + time):
        for _ in range(3):
            settle_down()


def told() -> list[tuple[str, int | None]]:
    return list(Delivery.objects.values_list("fate", "status"))


@pytest.fixture(params=SIDES)
def market(request: pytest.FixtureRequest, live_server: LiveServer, settings: Any) -> Market:
    side, address = request.param, live_server.url
    settings.ROOT_URLCONF = "tests.support.simulator_urls"
    settings.SITE_URL = settings.FRONTEND_URL = address
    settings.DEFAULT_CURRENCY = CURRENCIES[side]
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_simulator", "whsec_simulator"
    settings.AAMARPAY_STORE_ID = settings.AAMARPAY_SIGNATURE_KEY = "simulator"
    settings.MPESA_CONSUMER_KEY = settings.MPESA_CONSUMER_SECRET = settings.MPESA_PASSKEY = "simulator"
    settings.MPESA_SHORTCODE = "174379"
    settings.STRIPE_API_BASE = f"{address}/simulator/stripe"
    settings.AAMARPAY_BASE_URL = f"{address}/simulator/aamarpay"
    settings.MPESA_BASE_URL = f"{address}/simulator/mpesa"
    return Market(side, address)


ONCE: tuple[str, list[Decimal], list[str]] = (PAID, [PRICE], [])


@pytest.mark.parametrize("switches", [[], ["twice"], ["out_of_order"], ["twice", "out_of_order"]])
def test_money_counts_once(market: Market, switches: list[str]) -> None:
    market.choose("pay", *switches)
    pass_by(SOON)
    assert market.ends() == ONCE
    assert {fate for fate, _ in told()} == {"sent"}
    assert {status for _, status in told()} == {200}
    let_time_pass()
    assert market.ends() == ONCE


def test_late(market: Market) -> None:
    market.choose("pay", "late")
    pass_by(SOON)
    assert market.ends() == (WAITING, [], [])
    pass_by(LATE)
    assert market.ends() == ONCE


def test_lost_and_asked_for(market: Market) -> None:
    market.choose("pay", "lost")
    pass_by(LATE)
    assert (market.ends(), {fate for fate, _ in told()}) == ((WAITING, [], []), {"lost"})
    let_time_pass()
    assert market.ends() == ONCE


def test_lost_and_sent_again(market: Market) -> None:
    """Send it from the overview; once more changes nothing."""
    market.choose("pay", "lost")
    pass_by(LATE)
    for _ in range(2):
        market.send_again()
        assert market.ends() == ONCE


def test_forged(market: Market) -> None:
    """Refused where messages are signed or have an address of their own; elsewhere a hint to ask, and no more."""
    market.choose("cancel", "forged")
    pass_by(SOON)
    forged = Delivery.objects.get(is_forged=True)
    assert forged.status == {"stripe": 400, "aamarpay": 200, "mpesa": 404}[market.side]
    assert market.ends() == (FAILED if market.side == "mpesa" else WAITING, [], [])


def test_forged_beside_the_real_one(market: Market) -> None:
    market.choose("pay", "forged")
    pass_by(SOON)
    assert market.ends() == ONCE


def test_wrong_amount(market: Market) -> None:
    market.choose("pay", "wrong_amount")
    pass_by(SOON)
    let_time_pass()
    assert market.ends() == (WAITING, [], ["amount_mismatch"])


def test_declined_and_paid_after_all(market: Market) -> None:
    """A card on the same page; elsewhere with another attempt."""
    market.choose("decline")
    pass_by(SOON)
    if market.side != "stripe":
        let_time_pass()
        assert market.ends() == (FAILED, [], [])
        market.start_another()
    market.choose("pay")
    pass_by(SOON)
    assert market.ends() == ONCE


def test_cancelled(market: Market) -> None:
    """A page that is left stays open; a prompt that is waved away is over."""
    answer = market.choose("cancel")
    pass_by(SOON)
    assert market.ends() == (FAILED if market.side == "mpesa" else WAITING, [], [])
    if market.side == "mpesa":
        market.start_another()
    else:
        back = f"{market.address}/api/v1/payments/return/{market.payment.number}/"
        assert answer.headers["Location"].startswith(back)
    market.choose("pay")
    pass_by(SOON)
    assert market.ends() == ONCE


def test_expired(market: Market) -> None:
    pass_by(timedelta(minutes=39))
    let_time_pass()
    assert market.ends() == (FAILED, [], [])
