"""A payment on Stripe's page: what was asked for comes, comes late, comes twice, or does not come."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from inventory.selectors import discrepancies
from notifications.models import Notification
from payments.models import GatewayEvent, Payment, PaymentEntry
from payments.services import reconcile
from tests.factories import balance
from tests.payments.steps import alerts, expire, make_due, money, place, process_postponed, settle_down
from tests.support.fake_stripe import signed
from tests.support.jobs import run_jobs
from tests.support.shop_with_stripe import StripeShop, order_of, post

COMPLETED = "checkout.session.completed"
MINUTE = timedelta(minutes=1)


def state(payment: Payment) -> tuple[str, str, str]:
    order = order_of(payment)
    return Payment.objects.get(pk=payment.pk).state, order.status, order.payment_status


PAID = ("captured", "confirmed", "paid")
OPEN = ("waiting", "pending", "unpaid")


@pytest.mark.django_db
class TestPaying:
    def test_the_page_is_asked_for_with_our_own_values(self, shop: StripeShop, settings: Any) -> None:
        settings.SITE_URL = "https://shop.example"
        payment = shop.started()
        ((key, sent),) = shop.fake.posts("/sessions")
        back = f"https://shop.example/api/v1/payments/return/{payment.number}/"
        assert (sent["success_url"], sent["cancel_url"]) == (back, f"{back}?outcome=cancelled")
        assert sent["client_reference_id"] == payment.number
        assert (sent["line_items[0][price_data][unit_amount]"], sent["line_items[0][quantity]"]) == ("2500", "1")
        assert (sent["line_items[0][price_data][currency]"], sent["adaptive_pricing[enabled]"]) == ("usd", "false")
        assert payment.number in key
        assert "payment_method_types" not in "".join(sent)
        assert "carla" not in str(shop.fake.seen)
        assert (payment.state, payment.pay_url) == ("waiting", shop.fake.sessions[payment.gateway_id]["url"])

    def test_a_second_start_answers_the_first_ones_page(self, shop: StripeShop) -> None:
        payment = shop.order()
        assert shop.start(payment).json() == shop.start(payment).json()
        assert len(shop.fake.sessions) == 1

    def test_the_order_is_paid_once_however_often_it_is_told(self, shop: StripeShop) -> None:
        payment, session = shop.paid()
        assert state(payment) == PAID
        entry = PaymentEntry.objects.get()
        assert (entry.amount, entry.currency, entry.receipt) == (Decimal(25), "USD", session["payment_intent"])
        told = Notification.objects.count()
        event = shop.fake.event(COMPLETED, session)
        shop.deliver(event)
        shop.deliver(event)
        shop.tell(COMPLETED, session)
        shop.tell("payment_intent.succeeded", shop.fake.intents[session["payment_intent"]])
        assert (PaymentEntry.objects.count(), Notification.objects.count()) == (1, told)
        assert balance(shop.product) == (3, 0)
        assert (alerts(), discrepancies()) == ([], [])

    def test_a_completed_session_is_not_paid_yet_when_its_bank_takes_days(self, shop: StripeShop) -> None:
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id, status="processing")
        shop.tell(COMPLETED, session)
        assert state(payment) == OPEN
        assert balance(shop.product) == (5, 2)
        shop.tell("checkout.session.async_payment_succeeded", shop.fake.decide(session["id"], is_paid=True))
        assert state(payment) == PAID

    @pytest.mark.parametrize("is_told", [True, False])
    def test_a_bank_that_does_not_pay_leaves_the_order_open_for_another_try(
        self, shop: StripeShop, is_told: bool
    ) -> None:
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id, status="processing")
        shop.tell(COMPLETED, session)
        session = shop.fake.decide(session["id"], is_paid=False)
        if is_told:
            shop.tell("checkout.session.async_payment_failed", session)
        else:
            reconcile(everything=True)
        assert state(payment) == ("failed", "pending", "unpaid")
        expire(payment.order_id)
        assert balance(shop.product) == (5, 0)

    def test_the_browser_that_comes_back_has_us_look(self, shop: StripeShop, client: Any) -> None:
        payment = shop.started()
        shop.fake.pay(payment.gateway_id)
        assert client.get(f"/api/v1/payments/return/{payment.number}/?session_id=cs_forged").status_code == 303
        assert state(payment)[0] == "captured"

    def test_what_was_not_delivered_is_fetched(self, shop: StripeShop) -> None:
        payment = shop.started()
        shop.fake.undelivered = [shop.fake.event(COMPLETED, shop.fake.pay(payment.gateway_id))]
        assert reconcile().fetched_events == 1
        assert reconcile().fetched_events == 0
        settle_down()
        assert state(payment) == PAID


@pytest.mark.django_db
class TestWhatIsNotOurMoney:
    @pytest.mark.parametrize(
        "difference",
        [{"amount_total": 2400}, {"amount_total": 2600}, {"currency": "eur"}, {"client_reference_id": "another"}],
        ids=str,
    )
    def test_what_differs_from_what_we_asked_for_does_not_pay(
        self, shop: StripeShop, difference: dict[str, Any]
    ) -> None:
        payment = shop.started()
        shop.tell(COMPLETED, shop.fake.pay(payment.gateway_id) | difference)
        assert state(payment) == OPEN
        assert (alerts(), PaymentEntry.objects.count()) == (["amount_mismatch"], 0)

    def test_an_intent_that_received_another_amount_is_told(self, shop: StripeShop) -> None:
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id)
        intent = shop.fake.intents[session["payment_intent"]]
        shop.tell("payment_intent.succeeded", intent | {"amount_received": 100})
        assert (state(payment), alerts()) == (OPEN, ["amount_mismatch"])

    def test_a_second_session_that_claims_our_payment_does_not_pay(self, shop: StripeShop) -> None:
        payment = shop.started()
        shop.tell(COMPLETED, shop.fake.pay(payment.gateway_id) | {"id": "cs_other", "payment_intent": "pi_other"})
        assert (state(payment), alerts()) == (OPEN, ["amount_mismatch"])

    def test_money_for_a_payment_that_is_not_ours_is_told_once(self, shop: StripeShop) -> None:
        session = shop.fake.pay(shop.started().gateway_id)
        other = session | {"id": "cs_other", "client_reference_id": "another"}
        intent = shop.fake.intents[session["payment_intent"]] | {"metadata": {}}
        shop.tell(COMPLETED, other)
        shop.tell("payment_intent.succeeded", intent)
        assert (alerts(), PaymentEntry.objects.count()) == (["unknown_payment"], 0)

    @pytest.mark.parametrize("status", ["processing", "canceled"])
    def test_an_intent_that_is_not_ours_and_brought_nothing_is_nothing(self, shop: StripeShop, status: str) -> None:
        intent = {"id": "pi_1", "object": "payment_intent", "status": status, "amount": 100, "amount_received": 0}
        shop.tell(f"payment_intent.{status}", intent | {"currency": "usd", "metadata": {}})
        assert (GatewayEvent.objects.get().state, alerts()) == ("done", [])

    def test_an_unpaid_page_that_is_not_ours_is_nobodys_business(self, shop: StripeShop) -> None:
        session = shop.fake.sessions[shop.started().gateway_id]
        shop.tell("checkout.session.expired", session | {"id": "cs_other", "client_reference_id": None})
        assert alerts() == []

    @pytest.mark.parametrize("is_live", [True, False])
    def test_a_message_of_the_other_mode_does_not_pay(self, shop: StripeShop, settings: Any, is_live: bool) -> None:
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id)
        settings.STRIPE_SECRET_KEY = "sk_live_canary" if is_live else settings.STRIPE_SECRET_KEY
        shop.tell(COMPLETED, session, livemode=not is_live)
        assert (state(payment), alerts()) == (OPEN, ["wrong_mode"])


@pytest.mark.django_db
class TestLate:
    def test_expired_after_paid_stays_paid(self, shop: StripeShop) -> None:
        payment, session = shop.paid()
        gone = session | {"status": "expired", "payment_status": "unpaid", "payment_intent": None}
        shop.tell("checkout.session.expired", gone)
        assert state(payment) == PAID

    def test_paid_while_it_was_being_cancelled(self, shop: StripeShop) -> None:
        """Stripe refuses to close the page, and says that it is paid: the order comes back to life."""
        payment = shop.started()
        shop.fake.pay(payment.gateway_id)
        expire(payment.order_id)
        assert state(payment)[:2] == ("cancelled", "cancelled")
        make_due()
        reconcile()
        settle_down()
        assert state(payment) == PAID
        assert balance(shop.product) == (3, 0)

    def test_a_cancelled_orders_page_is_closed(self, shop: StripeShop) -> None:
        payment = shop.started()
        expire(payment.order_id)
        make_due()
        reconcile()
        assert shop.fake.sessions[payment.gateway_id]["status"] == "expired"
        payment.refresh_from_db()
        assert (payment.state, payment.next_check_at) == ("cancelled", None)

    def test_paid_when_the_stock_is_gone_goes_back(self, shop: StripeShop) -> None:
        payment = shop.started()
        session = shop.fake.pay(payment.gateway_id)
        expire(payment.order_id)
        for _ in range(2):
            place(shop.staff, shop.product, method="manual")
        shop.tell(COMPLETED, session)
        assert (alerts(), money(order_of(payment))) == (["paid_late"], (Decimal(25), Decimal(25)))
        assert shop.fake.money() == [(payment.number, 2500, 2500)]
        assert balance(shop.product) == (5, 4)

    def test_a_page_that_nobody_opened_closes(self, shop: StripeShop) -> None:
        payment = shop.started()
        with time_machine.travel(timezone.now() + 39 * MINUTE):
            reconcile(everything=True)
        assert state(payment)[0] == "failed"


@pytest.mark.django_db(transaction=True)
def test_the_same_event_over_several_connections_pays_once(shop: StripeShop) -> None:
    payment = shop.started()
    event = signed(shop.fake.event(COMPLETED, shop.fake.pay(payment.gateway_id)))
    gate = threading.Barrier(4)

    def send(_: int) -> int:
        try:
            gate.wait(timeout=20)
            return post(*event).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(send, range(4))) == [200] * 4
    run_jobs()
    settle_down()
    assert (GatewayEvent.objects.count(), PaymentEntry.objects.count()) == (1, 1)
    assert state(payment) == PAID
    assert balance(shop.product) == (3, 0)


@pytest.mark.django_db
def test_a_message_whose_processing_failed_is_not_done(shop: StripeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = shop.started()
    event = shop.fake.event(COMPLETED, shop.fake.pay(payment.gateway_id))
    with monkeypatch.context() as broken:
        broken.setattr("payments.gateways.stripe.messages.result_of", lambda session: 1 / 0)
        shop.deliver(event)
    assert (GatewayEvent.objects.get().state, state(payment)) == ("waiting", OPEN)
    assert post(*signed(event)).status_code == 200
    process_postponed()
    assert (GatewayEvent.objects.get().state, state(payment)) == ("done", PAID)
