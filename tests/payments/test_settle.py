"""What becomes of a gateway's word on a payment."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.models import Order
from orders.services import order_transition
from orders.states import OrderStatus
from payments.balances import was_left_out
from payments.errors import PaymentNotFound
from payments.gateways.results import Outcome, Result
from payments.models import Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import payment_open, settle
from tests.factories import make_user
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, expire, money, place, settle_down
from tests.support.fake_gateway import FakeGateway, paid

HUNDRED = Decimal(100)
OPEN, UNKNOWN, FAILED = (Result(outcome) for outcome in (Outcome.OPEN, Outcome.UNKNOWN, Outcome.FAILED))


def say(sale: Sale, result: Result, payment: Payment | None = None) -> Payment:
    settle(payment_id=(payment or sale.payment).pk, result=result)
    settle_down()
    sale.payment.refresh_from_db()
    return sale.payment


def sell_out(sale: Sale) -> None:
    """Somebody else buys all that is left."""
    other = place(make_user(), sale.product, method="manual", quantity=5)
    order_transition(order_id=other.order_id, to=OrderStatus.CONFIRMED)


def test_money_confirms_the_order_and_takes_the_stock(sale: Sale) -> None:
    payment = say(sale, paid(sale.payment))
    assert (payment.state, payment.captured_amount, payment.next_check_at) == ("captured", HUNDRED, None)
    assert (sale.order.status, sale.order.payment_status) == ("confirmed", "paid")
    assert (money(sale.order), sale.stock(), alerts()) == ((HUNDRED, 0), (3, 0), [])


def test_the_same_receipt_counts_once_however_often_it_comes(sale: Sale) -> None:
    for _ in range(5):
        say(sale, paid(sale.payment))
    assert PaymentEntry.objects.count() == 1
    assert (money(sale.order), sale.stock(), alerts()) == ((HUNDRED, 0), (3, 0), [])


def test_money_without_a_receipt_counts_once_as_well(sale: Sale) -> None:
    nameless = dataclasses.replace(paid(sale.payment), receipt="")
    for _ in range(2):
        say(sale, nameless)
    other = place(make_user(), sale.product, quantity=1)
    say(sale, dataclasses.replace(paid(other), receipt=""), other)
    assert money(sale.order) == (HUNDRED, 0)
    assert Payment.objects.get(pk=other.pk).state == "captured"
    assert alerts() == []


@pytest.mark.parametrize("other", [{"amount": "99.99"}, {"amount": "100.01"}, {"currency": "EUR"}])
def test_another_amount_or_currency_is_told_and_never_counted(sale: Sale, other: dict[str, str]) -> None:
    for _ in range(2):
        payment = say(sale, paid(sale.payment, **other))
    assert (payment.state, payment.next_check_at) == ("pending", None)
    assert (money(sale.order), sale.order.status, alerts()) == ((0, 0), "pending", ["amount_mismatch"])
    assert PaymentAlert.objects.get().payment == payment


def test_money_that_was_not_counted_is_told_from_money_that_was(sale: Sale) -> None:
    say(sale, paid(sale.payment, receipt="R1", amount="99.99"))
    payment = say(sale, paid(sale.payment, receipt="R2"))
    assert {receipt: was_left_out(payment, receipt) for receipt in ("R1", "R2")} == {"R1": True, "R2": False}


def test_what_the_gateway_itself_finds_contradictory_is_not_counted(sale: Sale) -> None:
    say(sale, dataclasses.replace(paid(sale.payment), mismatch="Another shop's number."))
    assert (money(sale.order), alerts()) == ((0, 0), ["amount_mismatch"])


def test_a_receipt_pays_for_one_payment_only(sale: Sale) -> None:
    say(sale, paid(sale.payment, receipt="R1"))
    other = place(make_user(), sale.product)
    for _ in range(2):
        say(sale, paid(other, receipt="R1"), other)
    assert (money(other.order), alerts()) == ((0, 0), ["receipt_reused"])
    assert Payment.objects.get(pk=other.pk).state == "pending"


def test_each_transfer_has_a_reference_of_its_own(sale: Sale) -> None:
    other = place(make_user(), sale.product)
    for payment, reference in ((sale.payment, "T-1"), (other, "T-2")):
        say(sale, dataclasses.replace(paid(payment), reference=reference), payment)
    assert sorted(Payment.objects.values_list("reference", "state")) == [("T-1", "captured"), ("T-2", "captured")]
    assert alerts() == []


def test_a_name_that_another_payment_has_does_not_hold_up_the_money(sale: Sale) -> None:
    say(sale, dataclasses.replace(paid(sale.payment), gateway_id="at-1"))
    other = place(make_user(), sale.product)
    say(sale, dataclasses.replace(paid(other), gateway_id="at-1"), other)
    assert sorted(Payment.objects.values_list("gateway_id", "state")) == [("", "captured"), ("at-1", "captured")]


@pytest.mark.parametrize("late", [FAILED, OPEN, UNKNOWN])
def test_whatever_comes_after_a_success_is_old_news(sale: Sale, late: Result) -> None:
    say(sale, paid(sale.payment))
    payment = say(sale, late)
    assert (payment.state, payment.failure, payment.next_check_at) == ("captured", "", None)
    assert (sale.order.status, money(sale.order)) == ("confirmed", (HUNDRED, 0))


def test_a_success_after_a_failure_counts(sale: Sale) -> None:
    payment = say(sale, Result(Outcome.FAILED, reason="Declined"))
    assert (payment.state, payment.failure, sale.order.status) == ("failed", "Declined", "pending")
    payment = say(sale, paid(sale.payment))
    assert (payment.state, payment.failure, sale.order.status) == ("captured", "", "confirmed")


@pytest.mark.parametrize("late", [OPEN, UNKNOWN])
def test_a_failed_attempt_is_not_asked_about_again(sale: Sale, late: Result) -> None:
    say(sale, FAILED)
    assert (say(sale, late).state, sale.payment.next_check_at) == ("failed", None)


def test_a_risk_is_told_and_the_money_counted(sale: Sale) -> None:
    say(sale, dataclasses.replace(paid(sale.payment), risk="Look at it"))
    assert (sale.order.payment_status, alerts()) == ("paid", ["risk"])


class TestAskingAgain:
    def test_the_pauses_between_questions_grow(self, sale: Sale) -> None:
        pauses = []
        for _ in range(8):
            before = timezone.now()
            payment = say(sale, OPEN)
            assert payment.next_check_at
            pauses.append(round((payment.next_check_at - before).total_seconds(), -1))
        assert pauses == [30, 60, 120, 300, 600, 1800, 3600, 3600]

    def test_an_unknown_one_stays_so_until_the_gateway_knows_it(self, sale: Sale) -> None:
        Payment.objects.update(state="unknown")
        assert say(sale, UNKNOWN).state == "unknown"
        assert say(sale, OPEN).state == "waiting"
        assert say(sale, UNKNOWN).state == "waiting"

    def test_ends_after_two_days_before_a_person(self, sale: Sale) -> None:
        for _ in range(100):
            say(sale, OPEN)
        assert sale.payment.next_check_at is not None
        Payment.objects.update(started_at=timezone.now() - timedelta(hours=49))
        assert (say(sale, OPEN).next_check_at, alerts()) == (None, ["unsettled"])
        assert (say(sale, paid(sale.payment)).state, sale.order.status) == ("captured", "confirmed")


class TestMoneyForACancelledOrder:
    def test_reopens_it_while_there_is_stock(self, sale: Sale) -> None:
        expire(sale.payment.order_id)
        assert (sale.order.status, sale.payment.state, sale.stock()) == ("cancelled", "pending", (5, 0))
        payment = say(sale, paid(sale.payment))
        order = sale.order
        assert (payment.state, order.status, order.payment_status) == ("captured", "confirmed", "paid")
        assert (sale.stock(), order.reopenings, order.shipment.status, alerts()) == ((3, 0), 1, "pending", [])
        assert [step.new_status for step in order.history.all()] == ["pending", "cancelled", "confirmed"]

    def test_cancelling_the_reopened_order_puts_the_pieces_back(self, sale: Sale) -> None:
        expire(sale.payment.order_id)
        say(sale, paid(sale.payment))
        order_transition(order_id=sale.order.pk, to=OrderStatus.CANCELLED)
        assert sale.stock() == (5, 0)

    def test_goes_back_by_itself_when_the_stock_is_gone(self, sale: Sale, fake: FakeGateway) -> None:
        expire(sale.payment.order_id)
        sell_out(sale)
        say(sale, paid(sale.payment))
        assert (sale.order.status, sale.order.payment_status, sale.stock()) == ("cancelled", "refunded", (0, 0))
        assert (money(sale.order), alerts(), len(fake.read()["refunds"])) == ((HUNDRED, HUNDRED), ["paid_late"], 1)

    def test_is_to_be_given_back_by_hand_where_the_gateway_can_not(self, sale: Sale) -> None:
        payment = place(make_user(), sale.product, method="aamarpay", quantity=3)
        expire(payment.order_id)
        sell_out(sale_with_room(sale))
        say(sale, paid(payment), payment)
        refund = Refund.objects.get()
        assert (refund.is_manual, refund.state, refund.amount) == (True, "pending", payment.amount)
        assert alerts() == ["paid_late"]

    def test_does_not_revive_an_order_that_was_paid_before(self, sale: Sale) -> None:
        """Staff cancelled it; a second payment must not undo that."""
        say(sale, paid(sale.payment))
        order_transition(order_id=sale.order.pk, to=OrderStatus.CANCELLED)
        say(sale, paid(sale.payment, receipt="R2"))
        assert (sale.order.status, sale.stock(), alerts()) == ("cancelled", (5, 0), ["paid_twice"])
        assert money(sale.order) == (2 * HUNDRED, HUNDRED)


def sale_with_room(sale: Sale) -> Sale:
    """Return a sale without the fixture's own order, so that all five pieces can be bought."""
    expire(sale.payment.order_id)
    return sale


class TestPaidTwice:
    def test_the_surplus_of_one_attempt_goes_back(self, sale: Sale, fake: FakeGateway) -> None:
        say(sale, paid(sale.payment, receipt="R1"))
        for _ in range(2):
            say(sale, paid(sale.payment, receipt="R2"))
        assert (sale.order.payment_status, money(sale.order)) == ("paid", (2 * HUNDRED, HUNDRED))
        assert (alerts(), len(fake.read()["refunds"]), sale.stock()) == (["paid_twice"], 1, (3, 0))

    def test_each_surplus_is_told(self, sale: Sale) -> None:
        for receipt in ("R1", "R2", "R3"):
            say(sale, paid(sale.payment, receipt=receipt))
        assert (money(sale.order), alerts()) == ((3 * HUNDRED, 2 * HUNDRED), ["paid_twice", "paid_twice"])

    def test_of_two_paid_attempts_one_is_refunded(self, sale: Sale) -> None:
        second = payment_open(user=sale.buyer, order_id=sale.order.pk, method="stripe")
        say(sale, paid(second), second)
        assert say(sale, paid(sale.payment)).state == "captured"
        assert (sale.order.payment_status, money(sale.order)) == ("paid", (2 * HUNDRED, HUNDRED))
        assert Refund.objects.get().payment == sale.payment

    def test_money_for_an_earlier_attempt_gives_the_later_one_up(self, sale: Sale) -> None:
        second = payment_open(user=sale.buyer, order_id=sale.order.pk, method="stripe")
        Payment.objects.filter(pk=second.pk).update(state="waiting", started_at=timezone.now())
        say(sale, paid(sale.payment))
        second.refresh_from_db()
        assert second.state == "cancelled"
        assert second.next_check_at is not None, "the gateway has to be told"

    def test_a_second_payment_does_not_pay_for_a_refund(self, sale: Sale) -> None:
        say(sale, paid(sale.payment))
        from payments.services import refund_request

        refund_request(payment_id=sale.payment.pk, amount=None, actor=make_user())
        settle_down()
        say(sale, paid(sale.payment, receipt="R2"))
        assert (sale.order.payment_status, money(sale.order)) == ("refunded", (2 * HUNDRED, 2 * HUNDRED))


def test_an_unknown_payment_is_not_found(db: None) -> None:
    with pytest.raises(PaymentNotFound):
        settle(payment_id=1, result=OPEN)


def test_an_order_that_is_kept_for_good_stays_so_when_a_payment_fails(sale: Sale) -> None:
    Order.objects.update(expires_at=None)
    assert say(sale, FAILED).state == "failed"
    assert sale.order.expires_at is None
