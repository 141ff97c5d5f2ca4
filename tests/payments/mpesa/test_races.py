"""The same news come from all sides at the same moment; two orders are told the same receipt."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from payments import services
from payments.models import GatewayEvent, Payment, PaymentEntry
from tests.payments.steps import alerts
from tests.support.fake_daraja_pay_bill import CONFIRMATION, TOKEN, confirmation
from tests.support.shop_with_mpesa import MpesaShop

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> None:
    """Run each in a thread with a connection of its own; what fails is left to the shop's later tries."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def stored(shop: MpesaShop, message: object, path: str) -> int:
    """Return the inbox's row of a callback that was stored and not processed yet."""
    assert shop.outside.post(path, message, format="json").status_code == 200
    event = GatewayEvent.objects.latest("pk")
    GatewayEvent.objects.filter(pk=event.pk).update(state="waiting", due_at=event.received_at)
    return event.pk


def test_the_same_money_is_counted_once(shop: MpesaShop, settings: Any) -> None:
    settings.MPESA_C2B_TOKEN = TOKEN
    payment = shop.started()
    callback = stored(shop, shop.daraja.decide(shop.daraja.last), shop.daraja.last.path)
    told_again = stored(shop, confirmation(shop.daraja.last), CONFIRMATION)
    at_once(
        lambda: services.event_process(event_id=callback),
        lambda: services.event_process(event_id=told_again),
        lambda: services.reconcile(everything=True),
        lambda: services.settle(payment_id=payment.pk, result=services.payment_query(payment)),
    )
    shop.retry_events()
    payment.refresh_from_db()
    assert (payment.state, payment.reference) == ("captured", shop.daraja.last.receipt)
    assert (PaymentEntry.objects.count(), alerts()) == (1, [])
    shop.assert_books_agree()


def test_a_receipt_pays_for_one_order_only(shop: MpesaShop) -> None:
    first, second = shop.started("100.00"), shop.started("200.00")
    one, other = shop.daraja.attempts.values()
    one.code = other.code = "0"
    events = [
        stored(shop, shop.daraja.callback(one), one.path),
        stored(shop, shop.daraja.callback(other, MpesaReceiptNumber=one.receipt), other.path),
    ]
    at_once(*(lambda event=event: services.event_process(event_id=event) for event in events))
    shop.retry_events()
    states = {Payment.objects.get(pk=each.pk).state for each in (first, second)}
    assert states == {"captured", "waiting"}
    assert alerts() == ["receipt_reused"]


def test_the_database_keeps_receipts_apart(shop: MpesaShop) -> None:
    first, second = shop.started("100.00"), shop.started("200.00")
    Payment.objects.filter(pk=first.pk).update(reference="NLJ7RT61SV")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=second.pk).update(reference="NLJ7RT61SV")
