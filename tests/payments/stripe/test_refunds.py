"""Giving back through Stripe, and what is given back or disputed there."""

from decimal import Decimal

import pytest

from payments.gateways.stripe.messages import KINDS
from payments.models import GatewayEvent, Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import reconcile, refund_send
from tests.factories import balance
from tests.payments.steps import alerts, make_due, money, process_postponed, settle_down
from tests.support.fake_stripe import Thing
from tests.support.orderings import orderings
from tests.support.shop_with_stripe import StripeShop, order_of
from tests.support.tries import taken_back

pytestmark = pytest.mark.django_db


class TestOurs:
    def test_in_parts_until_nothing_is_left(self, shop: StripeShop) -> None:
        payment, _ = shop.paid()
        assert shop.refunded(payment, "5.00").state == "succeeded"
        assert order_of(payment).payment_status == "partially_refunded"
        assert shop.refunded(payment, "20.00").state == "succeeded"
        assert order_of(payment).payment_status == "refunded"
        answer = shop.give_back(payment, "0.01")
        assert (answer.status_code, answer.json()["code"]) == (409, "refund_too_large")
        sent = shop.fake.posts("/refunds")
        assert [fields["amount"] for _, fields in sent] == ["500", "2000"]
        assert shop.fake.money() == [(payment.number, 2500, 2500)]

    @pytest.mark.parametrize("fault", ["lost reply", "stall", "html"])
    def test_one_whose_answer_got_lost_is_made_once(self, shop: StripeShop, fault: str) -> None:
        payment, _ = shop.paid()
        with shop.line.failing(fault):
            refund = shop.refunded(payment, "5.00")
        assert refund.state == "pending"
        make_due()
        reconcile()
        refund.refresh_from_db()
        assert refund.state == "succeeded"
        assert len(shop.fake.refunds) == 1
        assert shop.fake.money() == [(payment.number, 2500, 500)]

    def test_one_that_comes_back_can_be_given_again(self, shop: StripeShop) -> None:
        payment, _ = shop.paid()
        refund = shop.refunded(payment, "20.00")
        made = shop.fake.refunds[refund.gateway_id]
        made.update(status="failed", failure_reason="lost_or_stolen_card")
        shop.tell("refund.failed", made)
        refund.refresh_from_db()
        assert (refund.state, refund.failure, alerts()) == ("failed", "lost_or_stolen_card", ["refund_failed"])
        assert money(order_of(payment)) == (Decimal(25), Decimal(0))
        assert shop.refunded(payment, "25.00").state == "succeeded"

    def test_one_that_takes_its_time_is_asked_about(self, shop: StripeShop) -> None:
        payment, _ = shop.paid()
        shop.fake.refund_status = "pending"
        refund = shop.refunded(payment, "5.00")
        assert refund.state == "pending"
        shop.fake.refunds[refund.gateway_id]["status"] = "succeeded"
        make_due()
        reconcile()
        refund.refresh_from_db()
        assert refund.state == "succeeded"
        assert len(shop.fake.posts("/refunds")) == 1

    def test_one_that_stripe_refuses_is_told(self, shop: StripeShop) -> None:
        payment, session = shop.paid()
        shop.fake.give_back(session["payment_intent"], 2500)
        refund = shop.refunded(payment, "5.00")
        assert (refund.state, alerts()) == ("failed", ["refund_failed"])
        assert "charge_already_refunded" in refund.failure
        settle_down()
        assert refund_send(refund_id=refund.pk) is None
        assert len(shop.fake.posts("/refunds")) == 1


class TestFromOutside:
    def test_replays_do_not_add(self, shop: StripeShop) -> None:
        payment, session = shop.paid()
        intent = session["payment_intent"]
        made = shop.fake.give_back(intent, 500)
        for _ in range(2):
            shop.tell("charge.refunded", shop.fake.refunded_charge(intent))
            shop.tell("refund.created", made)
        assert money(order_of(payment)) == (Decimal(25), Decimal(5))
        assert (Refund.objects.get().gateway_id, alerts()) == (made["id"], [])

    def test_a_stale_success_after_the_failure_counts_nothing(self, shop: StripeShop) -> None:
        payment, session = shop.paid()
        made = shop.fake.give_back(session["payment_intent"], 500)
        stale = dict(made)
        made["status"] = "failed"
        shop.tell("refund.failed", made)
        shop.tell("refund.created", stale)
        assert money(order_of(payment)) == (Decimal(25), Decimal(0))

    def test_a_pending_one_is_asked_about(self, shop: StripeShop) -> None:
        payment, session = shop.paid()
        shop.fake.refund_status = "pending"
        made = shop.fake.give_back(session["payment_intent"], 500)
        shop.tell("refund.created", made)
        made["status"] = "succeeded"
        make_due()
        reconcile()
        assert money(order_of(payment)) == (Decimal(25), Decimal(5))
        assert shop.fake.posts("/refunds") == []

    @pytest.mark.parametrize("intent", [None, "pi_unknown"])
    def test_one_of_money_that_is_not_ours_is_told(self, shop: StripeShop, intent: str | None) -> None:
        thing = {"id": "re_1", "object": "refund", "payment_intent": intent, "amount": 1, "currency": "usd"}
        shop.tell("refund.created", thing)
        assert (alerts(), Refund.objects.count()) == (["unknown_payment"], 0)
        assert GatewayEvent.objects.get().state == "done"


def test_a_dispute_stops_refunds(shop: StripeShop) -> None:
    payment, session = shop.paid()
    dispute = {"id": "dp_1", "object": "dispute", "amount": 2500, "currency": "usd", "reason": "fraudulent"}
    dispute["payment_intent"] = session["payment_intent"]
    shop.tell("charge.dispute.created", dispute)
    shop.tell("charge.dispute.created", dispute)
    alert = PaymentAlert.objects.get()
    assert (alert.kind, alert.payment_id) == ("dispute", payment.pk)
    assert "25.00 USD" in alert.detail
    assert shop.give_back(payment, "5.00").json()["code"] == "refund_blocked"


def happened(shop: StripeShop) -> tuple[Payment, list[tuple[str, Thing]]]:
    """Paid, then given back in two parts at Stripe, of which one failed: with what Stripe tells of it."""
    payment = shop.started()
    session = dict(shop.fake.pay(payment.gateway_id))
    intent = session["payment_intent"]
    kept, failed = shop.fake.give_back(intent, 500), shop.fake.give_back(intent, 300)
    failed["status"] = "failed"
    return payment, [
        ("checkout.session.completed", session),
        ("payment_intent.succeeded", shop.fake.intents[intent]),
        ("refund.created", kept),
        ("refund.failed", failed),
        ("refund.updated", kept),
        ("charge.refunded", shop.fake.refunded_charge(intent)),
    ]


def test_the_order_of_six_messages_does_not_change_the_end(shop: StripeShop) -> None:
    payment, messages = happened(shop)
    assert len(messages) == 6
    for order in orderings(messages):
        with taken_back():
            for kind, thing in order:
                shop.tell(kind, thing)
            process_postponed()
            kinds = sorted(PaymentEntry.objects.values_list("kind", flat=True))
            assert (kinds, money(order_of(payment))) == (["capture", "refund"], (Decimal(25), Decimal(5)))
            assert (order_of(payment).payment_status, alerts()) == ("partially_refunded", [])
            assert (order_of(payment).status, balance(shop.product)) == ("confirmed", (3, 0))


def test_another_kind_of_event_means_nothing(shop: StripeShop) -> None:
    shop.tell("payment_intent.payment_failed", {"id": "pi_1", "object": "payment_intent"})
    assert (GatewayEvent.objects.get().state, alerts()) == ("done", [])
    assert "payment_intent.payment_failed" not in KINDS
