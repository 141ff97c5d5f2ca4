"""Every fault of a line, at every gateway, at every step: afterwards the gateway's books and ours say the same.

The cells are counted at the end. In 12 of them the fault has nothing to strike: without an API for refunds, as at
aamarPay, money goes back by hand, and then it is shown that the gateway is not asked at all.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from orders.models import Order
from payments.gateways import gateway, registry
from payments.models import Payment, PaymentEntry, Refund
from payments.services import reconcile
from tests.conftest import client_of
from tests.factories import make_staff
from tests.payments.steps import alerts, books_agree, let_time_pass, settle_down
from tests.support.fake_daraja_reversals import CREDENTIAL, INITIATOR
from tests.support.faulty_line import FAULTS, line_to
from tests.support.gateway_tills import AamarPayTill, GatewayTill, MpesaTill, StripeTill

FIVE_MINUTES, FOUR_DAYS = timedelta(minutes=5), timedelta(days=4)
GATEWAYS = ("stripe", "aamarpay", "mpesa")

# What does not reach the gateway, and of which it is known that nothing was done: the same attempt may start again.
CERTAINLY_NOTHING = {
    "stripe": {"refused", "429"},
    "aamarpay": {"refused"},
    "mpesa": {"refused", "429"},
}


@pytest.fixture
def till(request: pytest.FixtureRequest, settings: Any) -> Iterator[GatewayTill]:
    shop = request.getfixturevalue(f"{request.param}_shop")
    if request.param == "stripe":
        yield StripeTill(shop, shop.line, buyer=client_of(shop.buyer), staff=client_of(shop.staff))
    elif request.param == "aamarpay":
        yield AamarPayTill(shop, shop.line, buyer=shop.api, staff=shop.staff_api)
    else:
        with line_to(shop.daraja.url) as line:
            settings.MPESA_BASE_URL = line.address
            settings.MPESA_INITIATOR, settings.MPESA_SECURITY_CREDENTIAL = INITIATOR, CREDENTIAL
            yield MpesaTill(shop, line, buyer=shop.api, staff=client_of(make_staff("stefan")))


def standing(payment: Payment) -> tuple[str, str, str]:
    """Return the states of the payment, of its order, and of the order's money."""
    payment.refresh_from_db()
    order = Order.objects.get(pk=payment.order_id)
    return payment.state, order.status, order.payment_status


def paid(till: GatewayTill) -> Payment:
    payment = till.order()
    assert till.start(payment).status_code == 200
    payment.refresh_from_db()
    till.pay(payment)
    till.news(payment)
    settle_down()
    assert standing(payment) == ("captured", "confirmed", "paid")
    return payment


def start(till: GatewayTill, fault: str) -> None:
    """Fail at the start: the buyer tries again, pays what has reached the gateway, or pays anew in the end."""
    payment = till.order()
    with till.line.failing(fault):
        answer = till.start(payment)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    is_open = fault in CERTAINLY_NOTHING[payment.method]
    assert answer.json()["code"] == ("gateway_unavailable" if is_open else "gateway_uncertain")
    assert standing(payment) == ("pending" if is_open else "unknown", "pending", "unpaid")
    last = _pay_somehow(till, payment)
    assert standing(last) == ("captured", "confirmed", "paid")
    assert [charged for charged, _ in books_agree(till.books()).values()] == [payment.amount]
    assert alerts() == []


def _pay_somehow(till: GatewayTill, payment: Payment) -> Payment:
    """Pay, and return the attempt that was paid."""
    again = till.start(payment)
    if again.status_code == 200:
        payment = Payment.objects.get(number=again.json()["id"])
    else:
        assert (payment.method, again.status_code, again.json()["code"]) == ("mpesa", 409, "payment_uncertain")
        if not till.has(payment):
            payment = _another_attempt(till, payment)
    till.pay(payment)
    assert till.tell(payment).status_code == 200
    let_time_pass()
    return payment


def _another_attempt(till: GatewayTill, payment: Payment) -> Payment:
    """Open another attempt as soon as no prompt of the one before can be open on a phone."""
    let_time_pass(FIVE_MINUTES)
    with time_machine.travel(timezone.now() + FIVE_MINUTES):
        other = till.another_attempt(payment)
        assert till.start(other).status_code == 200
    other.refresh_from_db()
    return other


def settle(till: GatewayTill, fault: str) -> None:
    """Fail while the message, the browser and the reconciler ask for the result; nothing is lost."""
    payment = till.order()
    assert till.start(payment).status_code == 200
    payment.refresh_from_db()
    till.pay(payment)
    with till.line.failing(fault):
        assert [answer.status_code for answer in till.news(payment)] == [200, 303]
        settle_down()
        reconcile(everything=True)
    assert standing(payment) == ("waiting", "pending", "unpaid")
    assert not PaymentEntry.objects.exists()
    let_time_pass()
    assert standing(payment) == ("captured", "confirmed", "paid")
    assert [answer.status_code for answer in till.news(payment)] == [200, 303]
    let_time_pass()
    assert [charged for charged, _ in books_agree(till.books()).values()] == [payment.amount]
    assert alerts() == []


def refund(till: GatewayTill, fault: str) -> None:
    payment, amount = paid(till), Decimal("7.00")
    asked, by_hand = till.line.asked, not gateway(payment.method).refunds(payment)
    with till.line.failing(fault):
        answer = till.staff.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": "7.00"}, format="json")
        assert (answer.status_code, answer.json()["is_manual"]) == (201, by_hand)
        settle_down()
    made = Refund.objects.get()
    assert (made.state, standing(payment)) == ("pending", ("captured", "confirmed", "paid"))
    told: list[str] = []
    if by_hand:
        assert till.line.asked == asked
        _give_back_by_hand(till, made)
    elif isinstance(till, MpesaTill):
        told = _wait_for_the_result(till, made, fault)
    let_time_pass()
    made.refresh_from_db()
    assert (made.state, standing(payment)[2], alerts()) == ("succeeded", "partially_refunded", told)
    assert list(books_agree(till.books()).values()) == [(payment.amount, amount)]


def _wait_for_the_result(till: MpesaTill, refund: Refund, fault: str) -> list[str]:
    """Return the alerts that came meanwhile.

    A reversal is sent again only if it has not reached M-Pesa for certain, and nobody can be asked about it. So staff
    are told of one without a result: of one that they don't find at M-Pesa they make another by hand.
    """
    asked, is_certain = till.line.asked, fault in CERTAINLY_NOTHING["mpesa"]
    let_time_pass(timedelta(hours=1) if is_certain else FOUR_DAYS)
    assert till.line.asked == asked + is_certain
    if till.shop.daraja.reversals:
        assert till.tell_of_reversal().status_code == 200
        settle_down()
    else:
        _give_back_by_hand(till, refund)
    return [] if is_certain else ["unsettled"]


def _give_back_by_hand(till: GatewayTill, refund: Refund) -> None:
    till.panel[PaymentEntry.objects.get(kind="capture").receipt] = refund.amount
    path = f"/api/v1/payments/refunds/{refund.number}/confirm/"
    assert till.staff.post(path, {"reference": "Panel 17"}, format="json").status_code == 200


STEPS = {"start": start, "settle": settle, "refund": refund}
CELLS = list(product(GATEWAYS, STEPS, FAULTS))
BY_HAND = [cell for cell in CELLS if cell[:2] == ("aamarpay", "refund")]


@pytest.mark.django_db
@pytest.mark.parametrize(("till", "step", "fault"), CELLS, indirect=["till"], ids=map(" ".join, CELLS))
def test_after_a_fault_the_gateways_books_and_ours_agree(till: GatewayTill, step: str, fault: str) -> None:
    STEPS[step](till, fault)


def test_the_table_is_whole(settings: Any) -> None:
    settings.MPESA_INITIATOR, settings.MPESA_SECURITY_CREDENTIAL = INITIATOR, CREDENTIAL
    assert (len(GATEWAYS), len(STEPS), len(set(FAULTS))) == (3, 3, 12)
    assert (len(CELLS), len(BY_HAND)) == (108, 12)
    paid = Payment(reference="NLJ7RT61SV")
    by_hand = {name for name in GATEWAYS if not registry._GATEWAYS[name].refunds(paid)}
    assert by_hand == {name for name, _, _ in BY_HAND}
