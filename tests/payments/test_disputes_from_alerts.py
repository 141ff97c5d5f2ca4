"""What alerts alone used to tell becomes state of the payments."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from payments.balances import is_disputed, was_left_out
from payments.models import Dispute, Payment, PaymentAlert
from tests.payments.conftest import Sale

migration = import_module("payments.migrations.0012_disputes_from_alerts")


def told(payment: Payment, kind: str, key: str, *, is_resolved: bool = False) -> PaymentAlert:
    resolved_at = timezone.now() if is_resolved else None
    return PaymentAlert.objects.create(kind=kind, key=f"{kind}:{key}", payment=payment, resolved_at=resolved_at)


def migrate() -> None:
    for _ in range(2):
        migration.note_state(apps, None)


@pytest.mark.parametrize(
    ("open_is_resolved", "is_closed", "blocks"),
    [(False, False, True), (True, False, True), (False, True, False), (True, True, False)],
)
def test_a_dispute(sale: Sale, open_is_resolved: bool, is_closed: bool, blocks: bool) -> None:
    told(sale.payment, "dispute", "dp_1", is_resolved=open_is_resolved)
    if is_closed:
        told(sale.payment, "dispute_closed", "dp_1")
    migrate()
    assert list(Dispute.objects.values_list("payment", "gateway_id")) == [(sale.payment.pk, "dp_1")]
    assert is_disputed(sale.payment) is blocks


def test_more_that_went_back_than_came_is_no_dispute(sale: Sale) -> None:
    told(sale.payment, "dispute", f"overdrawn:{sale.payment.pk}")
    migrate()
    alert = PaymentAlert.objects.get()
    assert (alert.kind, alert.key, Dispute.objects.count()) == ("overdrawn", f"overdrawn:{sale.payment.pk}", 0)


def test_money_that_was_not_counted(sale: Sale) -> None:
    told(sale.payment, "amount_mismatch", "R1", is_resolved=True)
    migrate()
    assert was_left_out(Payment.objects.get(), "R1")


def test_a_refund_that_failed_and_one_that_the_gateway_contradicts(sale: Sale) -> None:
    told(sale.payment, "refund_failed", "7")
    told(sale.payment, "refund_failed", "twice:8")
    told(sale.payment, "refund_failed", "refund:9:0a1b")
    migrate()
    found = PaymentAlert.objects.order_by("pk").values_list("kind", "key")
    assert list(found) == [
        ("refund_failed", "refund_failed:7"),
        ("refund_contradicted", "refund_contradicted:twice:8"),
        ("refund_contradicted", "refund_contradicted:refund:9:0a1b"),
    ]
