"""Test the reconciler: it asks the gateways, so that a lost webhook loses no money."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from inventory.services import stock_commit
from payments.audit import flaws_of
from payments.gateways import registry
from payments.gateways.errors import GatewayDown, GatewayMisconfigured
from payments.gateways.messages import Incoming
from payments.models import GatewayEvent, Payment, PaymentAlert
from payments.services import alert_raise, payment_start, reconcile, settle
from payments.states import AlertKind
from tests.factories import make_product, make_user
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, expire, make_due, money, place, settle_down
from tests.support.fake_gateway import FakeGateway, message_about, paid


@pytest.fixture
def started(sale: Sale) -> Sale:
    sale.payment = payment_start(payment_id=sale.payment.pk)
    return sale


def test_money_is_found_without_any_message(started: Sale, fake: FakeGateway) -> None:
    fake.pay(started.payment)
    assert reconcile().asked == 0, "its time has not come"
    make_due()
    report = reconcile()
    settle_down()
    assert (report.asked, dict(report.found)) == (1, {"captured": 1})
    assert (started.order.status, money(started.order)[0]) == ("confirmed", 100)
    assert reconcile(everything=True).asked == 0


def test_everything_means_also_what_is_not_due(started: Sale, fake: FakeGateway) -> None:
    fake.pay(started.payment)
    assert dict(reconcile(everything=True).found) == {"captured": 1}


def test_a_failure_is_found(started: Sale, fake: FakeGateway) -> None:
    fake.decline(started.payment)
    make_due()
    reconcile()
    started.payment.refresh_from_db()
    assert (started.payment.state, started.payment.failure) == ("failed", "Declined")


def test_an_attempt_of_an_expired_order_is_taken_back_at_the_gateway(started: Sale, fake: FakeGateway) -> None:
    expire(started.payment.order_id)
    assert Payment.objects.get().state == "cancelled"
    reconcile()
    assert fake.calls == ["start", "cancel", "query"]
    assert (Payment.objects.get().state, Payment.objects.get().next_check_at) == ("cancelled", None)


def test_money_that_was_faster_than_the_taking_back_counts(started: Sale, fake: FakeGateway) -> None:
    expire(started.payment.order_id)
    fake.pay(started.payment)
    reconcile()
    settle_down()
    assert (started.order.status, money(started.order), started.stock()) == ("confirmed", (100, 0), (3, 0))


def test_an_attempt_that_was_never_started_is_not_asked_about(sale: Sale, fake: FakeGateway) -> None:
    expire(sale.payment.order_id)
    reconcile(everything=True)
    assert fake.calls == []


def test_a_gateway_that_does_not_answer_is_left_alone_after_three_questions(sale: Sale, fake: FakeGateway) -> None:
    product = make_product(stock_left=10)
    for payment in [sale.payment, *(place(make_user(), product, quantity=1) for _ in range(4))]:
        payment_start(payment_id=payment.pk)
    fake.failure = GatewayDown("No route")
    make_due()
    report = reconcile()
    assert (report.asked, dict(report.unreachable)) == (3, {"stripe": 3})
    assert set(Payment.objects.values_list("state", flat=True)) == {"waiting"}
    fake.failure = None
    make_due()
    assert reconcile().asked == 5


def test_one_that_fails_unforeseen_does_not_keep_the_others(
    started: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = place(make_user(), started.product, quantity=1)
    payment_start(payment_id=other.pk)
    query = fake.query

    def sometimes(payment: Payment):
        if payment.pk == started.payment.pk:
            raise ZeroDivisionError
        return query(payment)

    monkeypatch.setattr(fake, "query", sometimes)
    fake.pay(other)
    make_due()
    report = reconcile()
    assert (report.asked, report.failed, dict(report.found)) == (2, 1, {"captured": 1, "waiting": 1})
    started.payment.refresh_from_db()
    assert started.payment.next_check_at > timezone.now()  # asked again, later and later


@pytest.mark.django_db(transaction=True)
def test_one_that_the_database_can_not_claim_does_not_keep_the_others(started: Sale, fake: FakeGateway) -> None:
    other = place(make_user(), started.product, quantity=1)
    payment_start(payment_id=other.pk)
    make_due()

    def fail_once(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('UPDATE "payments_payment" SET "next_check_at"') and not failed:
            failed.append(sql)
            raise OperationalError("canceling statement due to lock timeout")
        return execute(sql, params, many, context)

    failed: list[str] = []
    with connection.execute_wrapper(fail_once):
        report = reconcile()
    assert (report.asked, report.failed, report.found.total()) == (1, 1, 1)
    assert reconcile().asked == 1, "the other one is still due"


def test_refused_credentials_are_told_once_and_fail_no_payment(started: Sale, fake: FakeGateway) -> None:
    fake.failure = GatewayMisconfigured("401")
    for _ in range(2):
        make_due()
        reconcile()
    assert (alerts(), Payment.objects.get().state) == (["configuration"], "waiting")


def test_credentials_that_can_not_be_told_of_fail_no_payment(
    started: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = place(make_user(), started.product, quantity=1)
    payment_start(payment_id=other.pk)
    fake.failure = GatewayMisconfigured("401")
    monkeypatch.setattr(sys.modules[reconcile.__module__], "tell_misconfigured", fails)
    make_due()
    report = reconcile()
    assert (report.asked, dict(report.unreachable), dict(report.found)) == (2, {"stripe": 2}, {"waiting": 2})


def test_rubbish_in_the_cache_lists_all_messages(sale: Sale, fake: FakeGateway) -> None:
    for rubbish in ("rubbish", 7, ["x"], "0001-01-01"):
        cache.set("payments.undelivered:stripe", rubbish)
        reconcile()
    assert fake.asked_since == [None] * 4


def test_a_gateway_whose_credentials_were_removed_keeps_nobody_waiting(
    started: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_GATEWAYS", {})
    make_due()
    assert reconcile().failed == 1
    assert Payment.objects.get().next_check_at > timezone.now()


def test_messages_that_did_not_reach_us_are_fetched_once(started: Sale, fake: FakeGateway) -> None:
    message = message_about(started.payment, "paid")
    fake.lost = [Incoming(event_id=message["id"], kind="payment", payload=message)]
    first, second = reconcile(), reconcile()
    assert (first.fetched_events, first.processed_events, second.fetched_events) == (1, 1, 0)
    assert (GatewayEvent.objects.count(), started.order.payment_status) == (1, "paid")


def test_after_a_success_only_the_last_day_is_listed_again(sale: Sale, fake: FakeGateway) -> None:
    before = timezone.now()
    reconcile()
    reconcile()
    first, second = fake.asked_since
    assert first is None
    assert second is not None
    assert timedelta(0) <= second + timedelta(days=1) - before < timedelta(minutes=1)
    reconcile(everything=True)
    assert fake.asked_since[-1] is None


def test_one_message_that_can_not_be_stored_is_fetched_again_and_the_others_are_kept(
    started: Sale, fake: FakeGateway
) -> None:
    message = message_about(started.payment, "paid")
    good = Incoming(event_id=message["id"], kind="payment", payload=message)
    fake.lost = [Incoming(event_id="bad", kind="x", payload={"set": {1}}), good]
    report = reconcile()
    assert (report.fetched_events, report.failed, started.order.payment_status) == (1, 1, "paid")
    reconcile()
    assert fake.asked_since == [None, None]


def test_a_list_that_could_not_be_had_is_asked_for_from_where_it_was(
    sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(since: object = None) -> list[Incoming]:
        raise GatewayDown("No route")

    with monkeypatch.context() as patch:
        patch.setattr(fake, "undelivered", down)
        assert reconcile().unreachable["stripe"] == 1
    reconcile()
    assert fake.asked_since == [None]


class TestPaidOrdersThatAreLeftPending:
    """Test that the reconciler confirms a paid order whose own job died."""

    @pytest.fixture
    def left(self, sale: Sale) -> Sale:
        settle(payment_id=sale.payment.pk, result=paid(sale.payment))
        captured_at(sale, minutes=3)
        return sale

    @pytest.fixture
    def broken(self, left: Sale, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
        def commit(*, reference: str) -> None:
            if reference == left.order.stock_reference:
                raise ZeroDivisionError
            stock_commit(reference=reference)

        monkeypatch.setattr("orders.services.transition.stock_commit", commit)
        return monkeypatch

    def test_are_confirmed(self, left: Sale) -> None:
        assert (left.order.status, reconcile().confirmed) == ("pending", 1)
        assert (left.order.status, left.stock(), alerts()) == ("confirmed", (3, 0), [])
        assert reconcile().confirmed == 0

    def test_keep_two_minutes_for_their_job(self, left: Sale) -> None:
        captured_at(left, minutes=1)
        assert (reconcile().confirmed, left.order.status) == (0, "pending")

    def test_are_told_when_they_can_not_be_confirmed_and_hold_up_no_others(
        self, left: Sale, broken: pytest.MonkeyPatch
    ) -> None:
        other = Sale(left.buyer, left.product, place(left.buyer, left.product, quantity=1))
        settle(payment_id=other.payment.pk, result=paid(other.payment))
        captured_at(other, minutes=3)
        reports = [reconcile() for _ in range(2)]
        assert [(report.confirmed, report.failed) for report in reports] == [(1, 1), (0, 1)]
        assert (left.order.status, other.order.status, alerts()) == ("pending", "confirmed", ["unconfirmed"])
        assert PaymentAlert.objects.get().payment == left.payment

    @pytest.mark.parametrize("name", ["alert_raise", "alert_clear"])
    def test_an_alert_that_can_not_be_written_holds_up_no_others(
        self, left: Sale, broken: pytest.MonkeyPatch, name: str
    ) -> None:
        others = [Sale(left.buyer, left.product, place(left.buyer, left.product, quantity=1)) for _ in range(2)]
        for other in others:
            settle(payment_id=other.payment.pk, result=paid(other.payment))
            captured_at(other, minutes=3)
        broken.setattr(sys.modules[reconcile.__module__], name, fails)
        report = reconcile()
        failures = {"alert_raise": 2, "alert_clear": 3}
        assert (report.confirmed, report.failed) == (2, failures[name])
        assert [other.order.status for other in others] == ["confirmed", "confirmed"]

    def test_are_told_no_more_once_they_are_confirmed(self, left: Sale, broken: pytest.MonkeyPatch) -> None:
        reconcile()
        assert PaymentAlert.objects.get().resolved_at is None
        broken.undo()
        reconcile()
        assert PaymentAlert.objects.get().resolved_at is not None

    def test_other_alerts_stay_open_when_they_are_confirmed(self, left: Sale, broken: pytest.MonkeyPatch) -> None:
        reconcile()
        alert_raise(kind=AlertKind.RISK, key="1", payment=left.payment)
        broken.undo()
        reconcile()
        assert [alert.kind for alert in PaymentAlert.objects.filter(resolved_at=None)] == ["risk"]

    def test_are_a_flaw_after_an_hour(self, left: Sale) -> None:
        captured_at(left, minutes=59)
        assert list(flaws_of(left.order)) == []
        captured_at(left, minutes=61)
        assert list(flaws_of(left.order)) == [f"order {left.order.number}: paid in full and still pending"]


def fails(**kwargs: object) -> None:
    raise ZeroDivisionError


def captured_at(sale: Sale, *, minutes: int) -> None:
    """Set the time of the capture to ``minutes`` ago."""
    Payment.objects.filter(pk=sale.payment.pk).update(captured_at=timezone.now() - timedelta(minutes=minutes))


class TestComingBack:
    def test_the_gateway_is_asked_and_the_browser_sent_on(self, started: Sale, fake: FakeGateway, client) -> None:
        Payment.objects.update(return_url="http://127.0.0.1:8000/thanks?x=1")
        fake.pay(started.payment)
        answer = client.get(f"/api/v1/payments/return/{started.payment.number}/?paid=no")
        expected = f"http://127.0.0.1:8000/thanks?x=1&order={started.order.number}&payment={started.payment.number}"
        assert (answer.status_code, answer["Location"]) == (303, expected)
        assert started.order.payment_status == "paid"

    def test_what_the_browser_says_is_not_believed(self, started: Sale, client) -> None:
        body = {"status": "paid", "amount": "100.00", "tran_id": "R1"}
        assert client.post(f"/api/v1/payments/return/{started.payment.number}/", body).status_code == 303
        assert started.order.payment_status == "unpaid"

    def test_a_gateway_that_is_down_does_not_keep_the_browser(self, started: Sale, fake: FakeGateway, client) -> None:
        fake.failure = GatewayDown("No route")
        assert client.get(f"/api/v1/payments/return/{started.payment.number}/").status_code == 303
        assert Payment.objects.get().state == "waiting"
