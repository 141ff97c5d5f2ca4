"""Lost, late and repeated news, and failing calls: afterwards M-Pesa's books and ours agree."""

import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from orders.models import Order
from orders.services import orders_expire
from payments import services
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from tests.payments.steps import alerts
from tests.support import fake_daraja
from tests.support.rows import all_rows
from tests.support.shop_with_mpesa import MSISDN, MpesaShop

# Of its own; those that every gateway has: ``test_faults_matrix``. One of them comes along, for each way of being told.
QUERY_FAULTS = ["busy", "token", "credentials", "lost reply"]


def later(**pause: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**pause))


def state(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.state


def settle_everything(shop: MpesaShop) -> None:
    """Run the reconciler an hour later, and once more, as a lease may still run."""
    for hours in (1, 2):
        with later(hours=hours):
            services.reconcile(everything=True)
            shop.retry_events()


class TestNoCallback:
    def test_the_reconciler_asks_until_there_is_an_end(self, shop: MpesaShop) -> None:
        payment = shop.started()
        for seconds in (31, 120):
            with later(seconds=seconds):
                services.reconcile()
            assert state(payment) == "waiting"
        shop.daraja.decide(shop.daraja.last)
        with later(minutes=10):
            services.reconcile()
        assert (state(payment), shop.daraja.calls["query"]) == ("captured", 3)
        shop.assert_books_agree()

    def test_a_prompt_that_was_not_answered_fails_the_attempt(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.daraja.decide(shop.daraja.last, "1037")
        settle_everything(shop)
        assert (state(payment), payment.failure) == ("failed", "Result 1037")
        opened = shop.api.post(f"/api/v1/orders/{payment.order.number}/payments/", {"payment_method": "mpesa"})
        assert opened.status_code == 201

    def test_the_receipt_is_noted_when_the_callback_comes_after_all(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        settle_everything(shop)
        assert (state(payment), payment.reference) == ("captured", "")
        shop.deliver(message)
        assert state(payment) == "captured"
        assert payment.reference == shop.daraja.last.receipt
        assert PaymentEntry.objects.count() == 1
        shop.assert_books_agree()

    def test_without_an_answer_to_the_push_either_raises_an_alert_in_the_end(self, shop: MpesaShop) -> None:
        payment = shop.place()
        shop.daraja.faults["push"] = ["lost reply"]
        shop.start(payment)
        shop.daraja.decide(shop.daraja.last)
        with later(days=3):
            services.reconcile(everything=True)
        assert (state(payment), alerts()) == ("unknown", ["unsettled"])


class TestFaults:
    @pytest.mark.parametrize("fault", QUERY_FAULTS)
    @pytest.mark.parametrize("told", ["in time", "late", "twice", "never"])
    def test_a_fault_of_the_query_delays_the_money_and_loses_none(self, shop: MpesaShop, fault: str, told: str) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        shop.daraja.faults["query"] = [fault, fault]
        if told in {"in time", "twice"}:
            assert shop.deliver(message).status_code == 200
        with later(minutes=1):
            services.reconcile(everything=True)
        if told in {"late", "twice"}:
            assert shop.deliver(message).status_code == 200
        settle_everything(shop)
        assert state(payment) == "captured"
        shop.assert_books_agree()

    @pytest.mark.parametrize("fault", ["busy", "lost reply"])
    def test_a_fault_of_the_push_neither_loses_nor_invents_money(self, shop: MpesaShop, fault: str) -> None:
        """What the buyer was asked for is paid, and told late and twice; the rest starts anew."""
        payment = shop.place()
        shop.daraja.faults["push"] = [fault]
        assert shop.start(payment).status_code == 503
        for attempt in list(shop.daraja.attempts.values()):
            message = shop.daraja.decide(attempt)
            with later(minutes=5):
                shop.deliver(message, attempt.path)
                shop.deliver(message, attempt.path)
        settle_everything(shop)
        shop.assert_books_agree()
        assert (state(payment) == "captured") == bool(shop.daraja.books)

    def test_reordered_callbacks_of_several_orders(self, shop: MpesaShop) -> None:
        payments = [shop.started(f"{price}.00") for price in (100, 200, 300)]
        told = [(shop.daraja.decide(attempt), attempt.path) for attempt in shop.daraja.attempts.values()]
        for message, path in reversed(told + told):
            shop.deliver(message, path)
        assert [state(payment) for payment in payments] == ["captured"] * 3
        shop.assert_books_agree()


class TestLateMoney:
    def test_for_an_order_that_timed_out_revives_it(self, shop: MpesaShop) -> None:
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        orders_expire(now=timezone.now())
        services.payments_cancel(order_id=payment.order_id)
        assert (shop.order().status, state(payment)) == ("cancelled", "cancelled")
        shop.deliver(message)
        assert (state(payment), shop.order().status) == ("captured", "confirmed")
        shop.assert_books_agree()

    def test_for_an_order_whose_stock_is_gone_is_to_be_given_back_by_hand(self, shop: MpesaShop) -> None:
        payment = shop.started()
        shop.api.post(f"/api/v1/orders/{payment.order.number}/cancel/")
        services.payments_cancel(order_id=payment.order_id)
        message = shop.daraja.decide(shop.daraja.last)
        shop.product.variants.get().stock_items.update(on_hand=0, reserved=0)
        shop.deliver(message)
        assert (state(payment), alerts()) == ("captured", ["paid_late"])
        assert Refund.objects.get().is_manual
        assert shop.stock() == (0, 0)
        shop.assert_books_agree()

    def test_of_a_second_attempt_goes_back(self, shop: MpesaShop) -> None:
        first = shop.started()
        first_attempt = shop.daraja.last
        with later(minutes=3):
            opened = shop.api.post(f"/api/v1/orders/{first.order.number}/payments/", {"payment_method": "mpesa"})
            assert shop.start(Payment.objects.get(number=opened.json()["id"])).status_code == 200
            for attempt in (shop.daraja.last, first_attempt):
                shop.deliver(shop.daraja.decide(attempt), attempt.path)
        assert alerts() == ["paid_twice"]
        assert Refund.objects.get().payment == first
        shop.assert_books_agree()


class TestSecrets:
    def test_stand_in_no_log_row_or_answer(self, shop: MpesaShop) -> None:
        text = StringIO()
        handler = logging.StreamHandler(text)
        handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
        names = ["", "django", "django.request", "urllib3", "urllib3.connectionpool", "payments"]
        loggers = [logging.getLogger(name) for name in names]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
        try:
            answers = self._live_through_everything(shop)
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.removeHandler(handler)
                logger.setLevel(level)
        rows = "\n".join(
            f"{table} {row}" for (table, _), row in all_rows().items() if table.startswith(("payments", "utils"))
        )
        sent = [attempt.sent for attempt in shop.daraja.attempts.values()]
        secrets = {fake_daraja.PASSKEY, fake_daraja.SECRET, MSISDN, MSISDN[3:], shop.daraja.token}
        secrets |= {each["Password"] for each in sent}
        for secret in secrets:
            for place in (text.getvalue(), rows, answers):
                assert secret not in place
        receipts = [attempt.receipt for attempt in shop.daraja.attempts.values()]
        assert not [receipt for receipt in receipts if receipt in text.getvalue()]

    @staticmethod
    def _live_through_everything(shop: MpesaShop) -> str:
        answers = []
        for fault in ("lost reply", "stall", "credentials", "busy", "bad field", "html"):
            payment = shop.place()
            shop.daraja.faults["push"] = [fault]
            answers.append(shop.start(payment, phone=MSISDN))
        payment = shop.started()
        message = shop.daraja.decide(shop.daraja.last)
        shop.daraja.faults["query"] = ["stall", "credentials"]
        answers += [
            shop.deliver(message),
            shop.deliver({"Body": message}),
            shop.deliver(message, "/api/v1/payments/cb/x/"),
        ]
        settle_everything(shop)
        assert state(payment) == "captured"
        assert GatewayEvent.objects.exists()
        answers += [shop.api.get("/api/v1/payments/"), shop.api.get(f"/api/v1/payments/{payment.number}/")]
        return "\n".join(answer.content.decode() for answer in answers)
