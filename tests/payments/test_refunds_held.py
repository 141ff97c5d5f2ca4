"""Refunds that are stuck, of two receipts, or held by a dispute."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from payments.balances import CHECKS_BEFORE_ALERT
from payments.gateways.errors import OutcomeUnknown
from payments.gateways.messages import ChargebackMessage
from payments.gateways.results import Outcome, RefundResult
from payments.models import Payment, PaymentAlert, Refund
from payments.services import alert_resolve, reconcile, refund_request, refund_send, refund_settle, settle
from payments.services.disputes import chargeback_settle
from tests.payments.conftest import Sale, ask, set_aside
from tests.payments.steps import alerts, make_due, money, send, settle_down
from tests.support.fake_gateway import FakeGateway, message_about_dispute, paid

HUNDRED = Decimal(100)
SUCCESS, FAILURE = RefundResult(Outcome.PAID, gateway_id="re-1"), RefundResult(Outcome.FAILED, reason="Card closed")


class TestStuck:
    """Asked for days, and never accepted."""

    @pytest.fixture
    def refund(self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway) -> Refund:
        fake.failure = OutcomeUnknown("Timeout")
        ask(staff_api, paid_sale, amount="40.00")
        for _ in range(CHECKS_BEFORE_ALERT + 1):
            make_due()
            refund_send(refund_id=Refund.objects.get().pk)
        assert alerts() == ["unsettled"]
        return Refund.objects.get()

    def press(self, api: APIClient, refund: Refund, what: str, **body: str) -> tuple[int, str]:
        answer = api.post(f"/api/v1/payments/refunds/{refund.number}/{what}/", body, format="json")
        return answer.status_code, answer.json().get("code") or answer.json()["state"]

    def test_may_be_made_by_hand(self, staff_api: APIClient, paid_sale: Sale, refund: Refund) -> None:
        assert self.press(staff_api, refund, "confirm", reference="Transfer 7") == (200, "succeeded")
        refund.refresh_from_db()
        assert (refund.is_manual, refund.next_check_at, money(paid_sale.order)) == (True, None, (HUNDRED, 40))
        for late in (RefundResult(Outcome.FAILED, gateway_id="re-1"), FAILURE, SUCCESS, SUCCESS):
            refund_settle(refund_id=refund.pk, result=late)
        assert (money(paid_sale.order), set_aside(paid_sale)) == ((HUNDRED, 40), 40)
        assert alerts() == ["refund_contradicted", "unsettled"], "the gateway gave it as well"

    def test_is_withdrawn_only_if_the_gateway_does_not_know_it(
        self, staff_api: APIClient, paid_sale: Sale, refund: Refund, fake: FakeGateway
    ) -> None:
        assert self.press(staff_api, refund, "withdraw") == (503, "gateway_unavailable")
        assert set_aside(paid_sale) == 40
        fake.failure = None
        assert self.press(staff_api, refund, "withdraw") == (200, "failed")
        assert (set_aside(paid_sale), money(paid_sale.order)) == (0, (HUNDRED, 0))
        make_due()
        reconcile()
        assert fake.read()["refunds"] == {}

    def test_confirmed_without_a_reference_no_late_failure_undoes_it(
        self, staff_api: APIClient, paid_sale: Sale, refund: Refund
    ) -> None:
        assert self.press(staff_api, refund, "confirm") == (200, "succeeded")
        refund_settle(refund_id=refund.pk, result=FAILURE)
        assert (Refund.objects.get().state, money(paid_sale.order), set_aside(paid_sale)) == (
            "succeeded",
            (HUNDRED, 40),
            40,
        )
        refund_settle(refund_id=refund.pk, result=RefundResult(Outcome.PAID))
        assert alerts() == ["refund_contradicted", "unsettled"], "the gateway gave it as well"

    def test_a_key_does_not_take_back_what_the_gateway_said(
        self, staff_api: APIClient, paid_sale: Sale, refund: Refund, fake: FakeGateway
    ) -> None:
        """The gateway is asked outside of the transaction that a key would make of the whole request."""
        fake.failure = None
        fake.write("refunds", refund.number, "paid")
        path = f"/api/v1/payments/refunds/{refund.number}/withdraw/"
        answer = staff_api.post(path, {}, format="json", headers={"Idempotency-Key": "one"})
        assert (answer.json()["code"], Refund.objects.get().state) == ("refund_under_way", "succeeded")
        assert money(paid_sale.order) == (HUNDRED, 40)

    def test_one_that_went_through_after_all_is_not_withdrawn(
        self, staff_api: APIClient, paid_sale: Sale, refund: Refund, fake: FakeGateway
    ) -> None:
        fake.failure = None
        fake.write("refunds", refund.number, "paid")
        assert self.press(staff_api, refund, "withdraw") == (409, "refund_under_way")
        assert (Refund.objects.get().state, money(paid_sale.order)) == ("succeeded", (HUNDRED, 40))

    def test_one_that_is_sent_at_this_moment_is_not_withdrawn(
        self, staff_api: APIClient, paid_sale: Sale, refund: Refund, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def query_refund(asked: Refund) -> RefundResult:
            Refund.objects.update(checks=asked.checks + 1)  # another process claims it
            return RefundResult(Outcome.UNKNOWN)

        monkeypatch.setattr(fake, "query_refund", query_refund)
        assert self.press(staff_api, refund, "withdraw") == (409, "refund_under_way")
        assert (Refund.objects.get().state, set_aside(paid_sale)) == ("pending", 40)

    @pytest.mark.parametrize("what", ["confirm", "withdraw"])
    def test_one_that_was_accepted_is_the_gateways(
        self, staff_api: APIClient, paid_sale: Sale, refund: Refund, what: str
    ) -> None:
        Refund.objects.update(gateway_id="re-1")
        assert self.press(staff_api, refund, what) == (409, "refund_under_way")
        assert (Refund.objects.get().state, set_aside(paid_sale)) == ("pending", 40)


class TestOfTwoReceipts:
    """Paid twice with one attempt: each refund goes against one of the captures."""

    @pytest.fixture
    def twice(self, paid_sale: Sale) -> Sale:
        settle(payment_id=paid_sale.payment.pk, result=paid(paid_sale.payment, receipt="R2"))
        settle_down()
        return paid_sale

    def test_a_surplus_goes_back_to_the_receipt_that_it_came_with(self, twice: Sale) -> None:
        assert list(Refund.objects.values_list("receipt", "amount")) == [("R2", HUNDRED)]

    def test_staff_give_back_what_is_left_of_the_other(self, staff_api: APIClient, twice: Sale) -> None:
        ask(staff_api, twice, amount="30.00")
        ask(staff_api, twice)
        settle_down()
        first = f"receipt-{twice.payment.number}"
        assert set(Refund.objects.filter(requested_by__isnull=False).values_list("receipt", "amount")) == {
            (first, Decimal(30)),
            (first, Decimal(70)),
        }
        assert money(twice.order) == (2 * HUNDRED, 2 * HUNDRED)

    def test_a_refund_is_not_larger_than_what_one_receipt_has_left(self, staff_api: APIClient, twice: Sale) -> None:
        refund = Refund.objects.get()
        refund_settle(refund_id=refund.pk, result=FAILURE)
        ask(staff_api, twice, amount="60.00")
        answer = ask(staff_api, twice, amount="100.01")
        assert (answer.json()["code"], answer.json()["available"]) == ("refund_too_large", "100.00")
        assert ask(staff_api, twice, amount="100.00").status_code == 201
        assert Refund.objects.latest("pk").receipt == "R2"

    def test_without_an_amount_each_capture_goes_back_by_itself(self, staff_api: APIClient, twice: Sale) -> None:
        refund_settle(refund_id=Refund.objects.get().pk, result=FAILURE)
        ask(staff_api, twice, amount="60.00")
        assert [ask(staff_api, twice).json().get("amount") for _ in range(3)] == ["40.00", "100.00", None]
        first = f"receipt-{twice.payment.number}"
        assert list(Refund.objects.order_by("pk").values_list("receipt", flat=True))[1:] == [first, first, "R2"]
        assert set_aside(twice) == 2 * HUNDRED


class TestHeldByADispute:
    @pytest.fixture
    def held(self, paid_sale: Sale) -> Refund:
        """Receive the same money twice while the buyer disputes it."""
        send(message_about_dispute(paid_sale.payment))
        settle(payment_id=paid_sale.payment.pk, result=paid(paid_sale.payment, receipt="R2"))
        settle_down()
        make_due()
        reconcile()
        return Refund.objects.get()

    def test_nothing_is_sent(self, held: Refund, fake: FakeGateway) -> None:
        assert (held.state, held.checks, fake.calls, alerts()) == ("pending", 0, [], ["dispute", "paid_twice"])

    def test_it_stays_held_when_staff_resolve_the_alert(self, held: Refund, staff: Any, fake: FakeGateway) -> None:
        alert_resolve(alert_id=PaymentAlert.objects.get(kind="dispute").pk, actor=staff)
        make_due()
        reconcile()
        assert (Refund.objects.get().state, fake.calls) == ("pending", [])

    def test_it_is_sent_when_the_bank_has_decided(self, held: Refund, fake: FakeGateway) -> None:
        send(message_about_dispute(held.payment, is_closed=True))
        make_due()
        reconcile()
        assert (Refund.objects.get().state, fake.calls) == ("succeeded", ["refund"])

    def test_what_the_bank_took_is_not_given_back_again(
        self, held: Refund, staff_api: APIClient, fake: FakeGateway
    ) -> None:
        told = {"number": held.payment.number, "dispute": "dp-1", "receipt": "R2", "taken": "100.00", "returned": "0"}
        send({"id": "taken", "kind": "dispute", **told})
        send(message_about_dispute(held.payment, is_closed=True))
        for _ in range(2):
            make_due()
            reconcile()
        assert (Refund.objects.get().state, fake.calls) == ("pending", [])
        assert alerts() == ["dispute", "dispute_closed", "paid_twice", "refund_held"]
        assert staff_api.post(f"/api/v1/payments/refunds/{held.number}/withdraw/", {}, format="json").status_code == 200
        payment = Payment.objects.select_related("order").get()
        assert (money(payment.order), payment.refunded_amount) == ((2 * HUNDRED, HUNDRED), HUNDRED)

    def test_staff_may_withdraw_it(self, held: Refund, staff_api: APIClient, fake: FakeGateway) -> None:
        assert staff_api.post(f"/api/v1/payments/refunds/{held.number}/withdraw/", {}, format="json").status_code == 200
        assert (Refund.objects.get().state, fake.calls) == ("failed", [])

    def test_one_whose_answer_got_lost_is_not_sent_again(
        self, staff_api: APIClient, paid_sale: Sale, fake: FakeGateway
    ) -> None:
        fake.failure = OutcomeUnknown("Timeout")
        ask(staff_api, paid_sale, amount="40.00")
        settle_down()
        fake.failure = None
        send(message_about_dispute(paid_sale.payment))
        make_due()
        reconcile()
        assert (Refund.objects.get().state, fake.calls) == ("pending", ["refund", "query_refund"])


class TestOfWhichTheBankTookAPart:
    """Several refunds of 100.00 are asked for, and the bank takes some of it before they are sent."""

    def after(
        self, sale: Sale, staff: User, amounts: tuple[int, ...], taken: int, *, sent_first: int | None = None
    ) -> list[bool]:
        """Return which of the refunds were made in the end; ``sent_first`` is the index of one sent before."""
        receipt = sale.payment.entries.get().receipt
        refunds = [refund_request(payment_id=sale.payment.pk, amount=Decimal(each), actor=staff) for each in amounts]
        if sent_first is not None:
            refund_send(refund_id=refunds[sent_first].pk)
        chargeback_settle(ChargebackMessage(sale.payment, "dp-1", receipt, Decimal(taken), Decimal(0)))
        settle_down()
        for _ in range(2):
            make_due()
            reconcile()
        return [Refund.objects.get(pk=refund.pk).state == "succeeded" for refund in refunds]

    @pytest.mark.parametrize(
        ("amounts", "taken", "sent"),
        [
            ((30, 70), 50, [True, False]),
            ((70, 30), 50, [False, True]),
            ((30, 30, 40), 40, [True, True, False]),
            ((30, 30, 40), 30, [True, True, False]),
            ((50, 50), 100, [False, False]),
            ((30, 70), 0, [True, True]),
        ],
    )
    def test_the_rest_covers_them_in_the_order_of_their_ids(
        self, paid_sale: Sale, staff: User, amounts: tuple[int, ...], taken: int, sent: list[bool]
    ) -> None:
        assert self.after(paid_sale, staff, amounts, taken) == sent
        assert money(paid_sale.order)[1] <= HUNDRED
        assert "overdrawn" not in alerts()

    def test_what_went_back_already_comes_first(self, paid_sale: Sale, staff: User) -> None:
        assert self.after(paid_sale, staff, (30, 70), 30, sent_first=1) == [False, True]

    def test_what_may_have_gone_back_comes_first(self, paid_sale: Sale, staff: User, fake: FakeGateway) -> None:
        fake.failure = OutcomeUnknown("Timeout")
        assert self.after(paid_sale, staff, (30, 70), 30, sent_first=1) == [False, False]
        assert alerts() == ["refund_held"]
