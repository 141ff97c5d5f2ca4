"""Giving money back."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from payments.balances import CHECKS_BEFORE_ALERT, refund_is_for_staff
from payments.gateways.errors import GatewayDown, GatewayMisconfigured, GatewayRefused, OutcomeUnknown
from payments.gateways.messages import RefundMessage
from payments.gateways.results import Outcome, RefundResult
from payments.models import GatewayEvent, Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import alert_resolve, reconcile, refund_send, refund_settle, settle
from tests.factories import make_user
from tests.payments.conftest import Sale, ask, set_aside
from tests.payments.steps import alerts, make_due, money, place, post_message, process_postponed, send, settle_down
from tests.support.fake_gateway import FakeGateway, message_about_dispute, message_about_refund, paid

HUNDRED = Decimal(100)
SUCCESS, FAILURE = RefundResult(Outcome.PAID, gateway_id="re-1"), RefundResult(Outcome.FAILED, reason="Card closed")


def test_the_gateway_is_asked_once_and_the_money_is_booked(
    staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
) -> None:
    answer = ask(staff_api, paid_sale, amount="30.00", reason="Arrived broken")
    assert (answer.status_code, answer.json()["state"], answer.json()["is_manual"]) == (201, "pending", False)
    assert (set_aside(paid_sale), money(paid_sale.order)) == (30, (HUNDRED, 0))
    settle_down()
    refund = Refund.objects.get()
    assert (refund.state, refund.next_check_at, refund.gateway_id) == ("succeeded", None, f"re-{refund.number}")
    assert (money(paid_sale.order), paid_sale.order.payment_status) == ((HUNDRED, 30), "partially_refunded")
    assert fake.calls == ["refund"]


def test_without_an_amount_all_that_is_left_goes_back(staff_api: APIClient, paid_sale: Sale) -> None:
    ask(staff_api, paid_sale, amount="30.00")
    assert ask(staff_api, paid_sale).json()["amount"] == "70.00"
    settle_down()
    assert (money(paid_sale.order), paid_sale.order.payment_status) == ((HUNDRED, HUNDRED), "refunded")


@pytest.mark.parametrize("amount", ["100.01", "0", "0.00"])
def test_more_than_there_is_or_nothing_is_refused(staff_api: APIClient, paid_sale: Sale, amount: str) -> None:
    answer = ask(staff_api, paid_sale, amount=amount)
    assert (answer.status_code, answer.json()["code"], answer.json()["available"]) == (
        409,
        "refund_too_large",
        "100.00",
    )
    assert (Refund.objects.count(), set_aside(paid_sale)) == (0, 0)


def test_finer_than_the_currency_is_refused(staff_api: APIClient, paid_sale: Sale) -> None:
    assert ask(staff_api, paid_sale, amount="1.001").status_code == 400
    assert Refund.objects.count() == 0


def test_what_is_on_its_way_can_not_be_asked_for_again(staff_api: APIClient, paid_sale: Sale) -> None:
    assert [ask(staff_api, paid_sale, amount="40.00").status_code for _ in range(3)] == [201, 201, 409]
    assert set_aside(paid_sale) == 80


def test_an_unpaid_payment_has_nothing_to_give_back(staff_api: APIClient, sale: Sale) -> None:
    assert ask(staff_api, sale).status_code == 409
    assert Refund.objects.count() == 0


def test_a_key_that_is_sent_again_refunds_once(staff_api: APIClient, paid_sale: Sale) -> None:
    path, key = f"/api/v1/payments/{paid_sale.payment.number}/refunds/", {"Idempotency-Key": "one"}
    answers = [staff_api.post(path, {"amount": "10.00"}, format="json", headers=key).json()["id"] for _ in range(2)]
    assert (len(set(answers)), Refund.objects.count(), set_aside(paid_sale)) == (1, 1, 10)


class TestAnswers:
    def request(self, staff_api: APIClient, sale: Sale) -> Refund:
        ask(staff_api, sale, amount="40.00")
        return Refund.objects.get()

    def test_a_refusal_gives_the_amount_back_and_tells_staff(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        fake.failure = GatewayRefused("Card closed")
        self.request(staff_api, paid_sale)
        settle_down()
        assert (Refund.objects.get().state, Refund.objects.get().failure) == ("failed", "Card closed")
        assert (set_aside(paid_sale), money(paid_sale.order), alerts()) == (0, (HUNDRED, 0), ["refund_failed"])

    @pytest.mark.parametrize("failure", [GatewayDown("No route"), OutcomeUnknown("Timeout")])
    def test_no_answer_leaves_it_for_the_reconciler(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway, failure: Any
    ) -> None:
        fake.failure = failure
        refund = self.request(staff_api, paid_sale)
        refund_send(refund_id=refund.pk)
        refund.refresh_from_db()
        assert (refund.state, refund.failure, set_aside(paid_sale)) == ("pending", failure.detail, 40)
        fake.failure = None
        make_due()
        assert reconcile().refunds == 1
        assert Refund.objects.get().state == "succeeded"
        assert list(fake.read()["refunds"]) == [refund.number]

    def test_a_refusal_after_a_lost_answer_keeps_the_amount_set_aside(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first try may have succeeded although its answer was lost. Then the gateway refuses the second try."""
        fake.failure = OutcomeUnknown("Timeout")
        refund = self.request(staff_api, paid_sale)
        refund_send(refund_id=refund.pk)
        fake.failure = GatewayRefused("Given back already")
        monkeypatch.setattr(fake, "query_refund", lambda refund: RefundResult(Outcome.UNKNOWN))
        make_due()
        reconcile()
        refund.refresh_from_db()
        assert (refund.state, refund.failure) == ("pending", "Given back already")
        assert (set_aside(paid_sale), fake.calls.count("refund")) == (40, 2)
        assert ask(staff_api, paid_sale, amount="61.00").json()["available"] == "60.00"

    def test_one_that_had_its_effect_before_the_answer_was_lost_is_not_sent_again(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        refund = self.request(staff_api, paid_sale)
        fake.write("refunds", refund.number, "paid")
        Refund.objects.update(checks=1)
        settle_down()
        assert (Refund.objects.get().state, fake.calls) == ("succeeded", ["query_refund"])

    def test_who_did_not_answer_is_asked_again_after_a_pause_that_grows(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        fake.failure = OutcomeUnknown("Timeout")
        refund, pauses = self.request(staff_api, paid_sale), []
        for _ in range(3):
            make_due()
            asked_at = timezone.now()
            reconcile()
            refund.refresh_from_db()
            pauses.append(round((refund.next_check_at - asked_at).total_seconds() / 60))
            assert reconcile().refunds == 0
        assert (pauses, len(fake.calls)) == ([2, 4, 8], 3)

    def test_staff_decide_about_it_from_the_try_that_alerts_them(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        fake.failure = OutcomeUnknown("Timeout")
        refund = self.request(staff_api, paid_sale)
        Refund.objects.update(checks=CHECKS_BEFORE_ALERT)
        refund.refresh_from_db()
        assert (refund_is_for_staff(refund), alerts()) == (False, [])
        make_due()
        reconcile()
        refund.refresh_from_db()
        assert (refund_is_for_staff(refund), alerts()) == (True, ["unsettled"])

    def test_one_that_is_settled_is_not_looked_at_again(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        self.request(staff_api, paid_sale)
        settle_down()
        assert reconcile(everything=True).refunds == 0
        assert fake.calls == ["refund"]

    def test_refused_credentials_are_told(self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway) -> None:
        fake.failure = GatewayMisconfigured("401")
        self.request(staff_api, paid_sale)
        settle_down()
        assert (Refund.objects.get().state, alerts()) == ("pending", ["configuration"])

    def test_a_refund_that_never_ends_raises_an_alert(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        fake.refund_outcome = Outcome.OPEN
        self.request(staff_api, paid_sale)
        for _ in range(25):
            make_due()
            reconcile()
        assert (Refund.objects.get().state, alerts()) == ("pending", ["unsettled"])

    def test_a_success_told_again_adds_nothing(self, staff_api: APIClient, paid_sale: Sale) -> None:
        refund = self.request(staff_api, paid_sale)
        for _ in range(3):
            refund_settle(refund_id=refund.pk, result=SUCCESS)
        refund_send(refund_id=refund.pk)
        assert (PaymentEntry.objects.filter(kind="refund").count(), money(paid_sale.order)) == (1, (HUNDRED, 40))

    def test_a_failure_after_the_success_brings_the_money_back(self, staff_api: APIClient, paid_sale: Sale) -> None:
        refund = self.request(staff_api, paid_sale)
        refund_settle(refund_id=refund.pk, result=SUCCESS)
        for result in (FAILURE, FAILURE, SUCCESS):
            refund_settle(refund_id=refund.pk, result=result)
        assert (Refund.objects.get().state, set_aside(paid_sale), alerts()) == ("failed", 0, ["refund_failed"])
        assert (money(paid_sale.order), paid_sale.order.payment_status) == ((HUNDRED, 0), "paid")

    def test_a_failure_that_is_told_again_in_other_words_changes_nothing(
        self, staff_api: APIClient, staff: User, paid_sale: Sale
    ) -> None:
        refund = self.request(staff_api, paid_sale)
        first = refund_settle(refund_id=refund.pk, result=FAILURE)
        alert_resolve(alert_id=PaymentAlert.objects.get().pk, actor=staff)
        refund_settle(refund_id=refund.pk, result=RefundResult(Outcome.FAILED, reason="Account closed"))
        refund.refresh_from_db()
        assert (refund.failure, refund.settled_at) == ("Card closed", first.settled_at)
        assert PaymentAlert.objects.get().resolved_at is not None

    def test_a_refund_keeps_the_id_that_the_gateway_gave_it_first(self, staff_api: APIClient, paid_sale: Sale) -> None:
        refund = self.request(staff_api, paid_sale)
        for result in (SUCCESS, RefundResult(Outcome.PAID, gateway_id="re-2")):
            refund_settle(refund_id=refund.pk, result=result)
        assert (Refund.objects.get().gateway_id, money(paid_sale.order)) == ("re-1", (HUNDRED, 40))

    def test_a_result_that_is_open_changes_nothing(self, staff_api: APIClient, paid_sale: Sale) -> None:
        refund = self.request(staff_api, paid_sale)
        refund_settle(refund_id=refund.pk, result=RefundResult(Outcome.OPEN))
        assert (Refund.objects.get().state, set_aside(paid_sale)) == ("pending", 40)


class TestByHand:
    @pytest.fixture
    def refund(self, staff_api: APIClient, paid_sale: Sale) -> Refund:
        payment = place(make_user(), paid_sale.product, method="aamarpay", quantity=1)
        settle(payment_id=payment.pk, result=paid(payment))
        staff_api.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": "20.00"}, format="json")
        return Refund.objects.get()

    def press(self, api: APIClient, refund: Refund, what: str, **body: str) -> Any:
        return api.post(f"/api/v1/payments/refunds/{refund.number}/{what}/", body, format="json")

    def test_staff_note_that_it_was_made(self, staff_api: APIClient, staff: Any, refund: Refund) -> None:
        assert (refund.is_manual, refund.state, refund.next_check_at) == (True, "pending", None)
        answer = self.press(staff_api, refund, "confirm", reference="Panel 4711")
        assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")
        entry = PaymentEntry.objects.get(kind="refund")
        assert (entry.actor, entry.amount, Refund.objects.get().gateway_id) == (staff, 20, "Panel 4711")

    def test_staff_note_that_it_will_not_be_made(self, staff_api: APIClient, refund: Refund) -> None:
        answer = self.press(staff_api, refund, "withdraw", reason="Settled in person")
        assert (answer.status_code, answer.json()["state"], answer.json()["failure"]) == (
            200,
            "failed",
            "Settled in person",
        )
        assert Payment.objects.get(pk=refund.payment_id).refunded_amount == 0
        assert PaymentEntry.objects.filter(kind="refund").count() == 0

    @pytest.mark.parametrize("again", ["confirm", "withdraw"])
    def test_it_is_confirmed_or_withdrawn_once(self, staff_api: APIClient, refund: Refund, again: str) -> None:
        self.press(staff_api, refund, "confirm")
        assert self.press(staff_api, refund, again).json()["code"] == "refund_settled"
        assert PaymentEntry.objects.filter(kind="refund").count() == 1

    def test_staff_do_not_confirm_a_refund_that_the_gateway_makes(self, staff_api: APIClient, paid_sale: Sale) -> None:
        ask(staff_api, paid_sale, amount="40.00")
        assert self.press(staff_api, Refund.objects.get(), "confirm").status_code == 409
        assert Refund.objects.get().state == "pending"

    def test_an_unknown_refund_is_not_found(self, staff_api: APIClient) -> None:
        assert staff_api.post("/api/v1/payments/refunds/1/confirm/", {}, format="json").status_code == 404

    def test_customers_do_not_confirm_it(self, refund: Refund, customer_api: APIClient) -> None:
        assert self.press(customer_api, refund, "confirm").status_code == 403
        assert Refund.objects.get().state == "pending"


class TestMadeAtTheGateway:
    def test_is_noted_once(self, paid_sale: Sale) -> None:
        for name in ("a", "b"):
            send({**message_about_refund(paid_sale.payment, "30.00", "re-9"), "id": name})
        assert (Refund.objects.count(), money(paid_sale.order), set_aside(paid_sale)) == (1, (HUNDRED, 30), 30)

    def test_beyond_what_ours_leave_waits(self, staff_api: APIClient, paid_sale: Sale) -> None:
        ask(staff_api, paid_sale, amount="40.00")
        send(message_about_refund(paid_sale.payment, "60.01", "re-9"))
        assert (Refund.objects.count(), money(paid_sale.order)) == (1, (HUNDRED, 40))
        send(message_about_refund(paid_sale.payment, "60.00", "re-10"))
        assert (Refund.objects.count(), money(paid_sale.order)) == (2, (HUNDRED, HUNDRED))

    def test_that_fails_afterwards_raises_an_alert(self, paid_sale: Sale) -> None:
        send(message_about_refund(paid_sale.payment, "30.00", "re-9"))
        send(message_about_refund(paid_sale.payment, "30.00", "re-9", "failed"))
        assert (money(paid_sale.order), set_aside(paid_sale), alerts()) == ((HUNDRED, 0), 0, ["refund_failed"])

    def test_that_failed_before_we_heard_of_it_is_nothing(self, paid_sale: Sale) -> None:
        send(message_about_refund(paid_sale.payment, "30.00", "re-9", "failed"))
        assert (Refund.objects.count(), alerts()) == (0, [])

    def test_under_way_is_asked_about_and_never_sent(self, paid_sale: Sale, fake: FakeGateway) -> None:
        send(message_about_refund(paid_sale.payment, "30.00", "re-9", "open"))
        make_due()
        reconcile()
        assert (Refund.objects.get().state, fake.calls) == ("pending", ["query_refund"])

    def test_ahead_of_the_payments_own_message_waits_for_it(self, sale: Sale) -> None:
        send(message_about_refund(sale.payment, "100.00", "re-9"))
        assert (Refund.objects.count(), money(sale.order)) == (0, (0, 0))
        settle(payment_id=sale.payment.pk, result=paid(sale.payment))
        process_postponed()
        assert money(sale.order) == (HUNDRED, HUNDRED)

    def test_of_no_amount_is_nothing(self, paid_sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
        said = RefundMessage(SUCCESS, payment=paid_sale.payment)
        monkeypatch.setattr(fake, "messages_of", lambda event: [said])
        send(message_about_refund(paid_sale.payment, "30.00", "re-9"))
        assert (Refund.objects.count(), GatewayEvent.objects.get().state) == (0, "done")

    def test_by_hand_and_then_reported_counts_once(self, staff_api: APIClient, paid_sale: Sale) -> None:
        ask(staff_api, paid_sale, amount="30.00")
        Refund.objects.update(is_manual=True, next_check_at=None)
        staff_api.post(
            f"/api/v1/payments/refunds/{Refund.objects.get().number}/confirm/", {"reference": "re-9"}, format="json"
        )
        send(message_about_refund(paid_sale.payment, "30.00", "re-9"))
        assert (Refund.objects.count(), money(paid_sale.order)) == (1, (HUNDRED, 30))


def test_a_dispute_blocks_refunds_until_the_bank_has_decided(staff_api: APIClient, staff: Any, paid_sale: Sale) -> None:
    dispute = message_about_dispute(paid_sale.payment)
    for _ in range(2):
        assert post_message(dispute).status_code == 200
    settle_down()
    assert ask(staff_api, paid_sale).json()["code"] == "refund_blocked"
    assert (Refund.objects.count(), alerts()) == (0, ["dispute"])
    alert_resolve(alert_id=PaymentAlert.objects.get().pk, actor=staff)
    assert ask(staff_api, paid_sale).json()["code"] == "refund_blocked", "a to-do that is done decides nothing"
    send(message_about_dispute(paid_sale.payment, is_closed=True))
    assert ask(staff_api, paid_sale).status_code == 201


def test_a_decision_that_was_overtaken_by_its_dispute_stands(staff_api: APIClient, paid_sale: Sale) -> None:
    send(message_about_dispute(paid_sale.payment, is_closed=True))
    send(message_about_dispute(paid_sale.payment))
    assert ask(staff_api, paid_sale).status_code == 201


def test_refunds_stay_blocked_while_one_of_two_disputes_is_open(staff_api: APIClient, paid_sale: Sale) -> None:
    for name in ("dp-1", "dp-2"):
        send(message_about_dispute(paid_sale.payment, name))
    send(message_about_dispute(paid_sale.payment, "dp-1", is_closed=True))
    assert ask(staff_api, paid_sale).json()["code"] == "refund_blocked"


class TestAGatewayThatDoesNotAnswer:
    @pytest.fixture
    def five(self, staff_api: APIClient, paid_sale: Sale) -> None:
        for _ in range(5):
            ask(staff_api, paid_sale, amount="10.00")
        make_due()

    @pytest.mark.parametrize(
        "failure", [GatewayDown("No route"), OutcomeUnknown("Timeout"), GatewayMisconfigured("No")]
    )
    def test_is_left_alone_after_three_refunds(self, five: None, fake: FakeGateway, failure: Any) -> None:
        fake.failure = failure
        report = reconcile()
        assert (fake.calls, report.refunds, dict(report.unreachable)) == (["refund"] * 3, 0, {"stripe": 3})
        assert set(Refund.objects.values_list("state", flat=True)) == {"pending"}

    def test_a_refusal_is_an_answer(self, five: None, fake: FakeGateway) -> None:
        fake.failure = GatewayRefused("Card closed")
        report = reconcile()
        assert (len(fake.calls), report.refunds, report.unreachable.total()) == (5, 5, 0)
