"""Many results about the same money at the same moment, and many refunds of the same money."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from inventory.selectors import discrepancies
from orders.models import Order
from payments.errors import RefundBlocked, RefundTooLarge
from payments.gateways import registry
from payments.gateways.messages import DisputeMessage
from payments.gateways.results import Outcome, RefundResult
from payments.models import GatewayEvent, Payment, PaymentEntry, Refund
from payments.services import event_process, ledger, payment_start, reconcile, refund_request, refund_settle, settle
from payments.services.disputes import dispute_note
from tests.factories import balance, make_product, make_user
from tests.payments.steps import alerts, forget_jobs, make_due, money, place, post_message, settle_down
from tests.support.fake_gateway import FakeGateway, message_about, paid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

ON_POSTGRES = connection.vendor == "postgresql"


@pytest.fixture
def payment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Payment:
    forget_jobs()
    fake = FakeGateway(tmp_path / "books.json")
    monkeypatch.setattr(registry, "_GATEWAYS", {fake.method: fake})
    payment = place(make_user("bianca"), make_product(price="50.00", stock_left=5))
    payment_start(payment_id=payment.pk)
    fake.pay(payment)
    payment.refresh_from_db()
    return payment


def all_at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run each call in its own thread with its own connection. Return what each returned or raised."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait(timeout=30)
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def tell_from_everywhere(payment: Payment) -> list[Any]:
    """Process eight webhooks and run the reconciler, all at the same moment."""
    for number in range(8):
        post_message(message_about(payment, "paid", f"message-{number}"))
    make_due()
    messages = [
        lambda pk=event.pk: event_process(event_id=pk) for event in GatewayEvent.objects.filter(state="waiting")
    ]
    return all_at_once(*messages, reconcile)


def test_without_the_lock_the_same_race_is_lost(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose the race as a negative control.

    Without the lock nobody finds the receipt in the ledger, and only the unique index keeps it from counting twice.
    """
    if not ON_POSTGRES:
        pytest.skip("SQLite's IMMEDIATE transactions are a lock, too")

    def unlocked(payment_id: int) -> tuple[Order, Payment]:
        payment = Payment.objects.select_related("order").get(pk=payment_id)
        return payment.order, payment

    insert = PaymentEntry.objects.create

    def slowly(**fields: Any) -> PaymentEntry:
        time.sleep(0.2)
        return insert(**fields)

    # Import it by its name, because in the package ``settle`` is the function, not the module.
    monkeypatch.setattr(import_module("payments.services.settle"), "lock_payment", unlocked)
    monkeypatch.setattr(PaymentEntry.objects, "create", slowly)
    tell_from_everywhere(payment)
    assert "receipt_reused" in alerts(), "a false alarm: they met at the unique index"


def test_money_that_is_told_from_everywhere_counts_once(payment: Payment) -> None:
    tell_from_everywhere(payment)
    settle_down()
    order = Order.objects.get()
    assert (PaymentEntry.objects.count(), money(order), order.status) == (1, (100, 0), "confirmed")
    assert (alerts(), discrepancies(), balance(order.lines.get().product)) == ([], [], (3, 0))
    assert set(GatewayEvent.objects.values_list("state", flat=True)) == {"done"}


def test_one_message_is_processed_by_one_of_eight(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    post_message(message_about(payment, "paid"))
    event, understood = GatewayEvent.objects.get(), []
    fake = registry.gateway("stripe")
    messages_of = fake.messages_of

    def slowly(claimed: GatewayEvent) -> list[Any]:
        understood.append(claimed.pk)
        time.sleep(0.3)
        return messages_of(claimed)

    monkeypatch.setattr(fake, "messages_of", slowly)
    all_at_once(*[lambda: event_process(event_id=event.pk)] * 8)
    event.refresh_from_db()
    assert (understood, event.state, event.attempts) == ([event.pk], "done", 1)


def test_one_message_that_arrives_eight_times_at_once_is_stored_once(payment: Payment) -> None:
    message = message_about(payment, "paid")
    answers = all_at_once(*[lambda: post_message(message).status_code] * 8)
    assert set(answers) == {200}
    assert GatewayEvent.objects.count() == 1


def test_three_refunds_of_40_out_of_100_at_once_are_two(payment: Payment) -> None:
    settle(payment_id=payment.pk, result=paid(payment))
    staff = make_user()
    answers = all_at_once(*[lambda: refund_request(payment_id=payment.pk, amount=Decimal(40), actor=staff)] * 3)
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [RefundTooLarge]
    payment.refresh_from_db()
    assert (Refund.objects.count(), payment.refunded_amount) == (2, 80)
    settle_down()
    assert money(Order.objects.get()) == (100, 80)


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one writer at a time: there is no race")
def test_a_refund_beside_the_capture_of_another_payment_of_the_order(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write the order's sums from both sides. Neither may overwrite the other's."""
    settle(payment_id=payment.pk, result=paid(payment))
    second = Payment.objects.create(
        order=payment.order, method="stripe", amount=payment.amount, currency=payment.currency, state="waiting"
    )
    refund = refund_request(payment_id=payment.pk, amount=Decimal(40), actor=make_user())
    record = ledger.order_record_money

    def slowly(**fields: Any) -> None:
        time.sleep(0.3)
        record(**fields)

    monkeypatch.setattr(ledger, "order_record_money", slowly)
    all_at_once(
        lambda: refund_settle(refund_id=refund.pk, result=RefundResult(Outcome.PAID, gateway_id="re-1")),
        lambda: settle(payment_id=second.pk, result=paid(second)),
    )
    assert money(Order.objects.get()) == (200, 40)


def test_a_dispute_and_a_request_for_a_refund_at_once_give_nothing_back(payment: Payment) -> None:
    settle(payment_id=payment.pk, result=paid(payment))
    staff, news = make_user(), DisputeMessage(payment, "dp-1", is_closed=False, detail="Look at it")
    answers = all_at_once(
        lambda: dispute_note(news), lambda: refund_request(payment_id=payment.pk, amount=None, actor=staff)
    )
    settle_down()
    is_refused = isinstance(answers[1], RefundBlocked)
    assert Refund.objects.filter(state="pending", checks=0).count() == (0 if is_refused else 1)
    assert money(Order.objects.get()) == (100, 0)
