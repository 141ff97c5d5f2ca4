"""``manage.py audit_money``: each flaw is planted, and found."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orders.models import Order
from payments.models import Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import refund_request, settle
from tests.factories import make_user
from tests.payments.conftest import Sale
from tests.payments.steps import place, settle_down
from tests.support.fake_gateway import paid


def audit() -> tuple[str, list[str]]:
    out, errors = StringIO(), StringIO()
    try:
        call_command("audit_money", stdout=out, stderr=errors)
    except CommandError as failure:
        return str(failure), errors.getvalue().splitlines()
    return out.getvalue().strip(), errors.getvalue().splitlines()


@pytest.fixture
def books(sale: Sale) -> Sale:
    """Paid twice, the surplus and ten more given back; one order waits, another is paid to the courier."""
    for receipt in ("R1", "R2"):
        settle(payment_id=sale.payment.pk, result=paid(sale.payment, receipt=receipt))
        settle_down()
    refund_request(payment_id=sale.payment.pk, amount=Decimal(10), actor=make_user())
    settle_down()
    for method in ("stripe", "cash_on_delivery"):
        place(make_user(), sale.product, method=method, quantity=1)
    return sale


def enter(kind: str, amount: int, **fields: str) -> None:
    payment = Payment.objects.earliest("pk")
    values = {"method": payment.method, "currency": payment.currency, **fields}
    PaymentEntry.objects.create(payment=payment, kind=kind, amount=amount, **values)


def first(model: type[Payment] | type[Order], **fields: object) -> None:
    model.objects.filter(pk=model.objects.earliest("pk").pk).update(**fields)


FLAWS: dict[str, tuple[Callable[[], object], str]] = {
    "captured": (lambda: first(Payment, captured_amount=199), "captured 199.000, in the ledger 200"),
    "given back": (lambda: first(Payment, refunded_amount=120), "given back 120.000, by refunds and ledger 110"),
    "set aside": (lambda: Refund.objects.filter(amount=10).update(state="failed"), "refunds of 100"),
    "chargeback": (lambda: enter("chargeback", 30), "given back 110.000, by refunds and ledger 140"),
    "overdrawn": (lambda: enter("chargeback", 95), "5.000 more went back than came"),
    "currency": (lambda: enter("refund", 0, currency="EUR"), "an entry of another currency or method"),
    "state": (lambda: first(Payment, state="failed", captured_at=None), "failed, and the ledger has a capture"),
    "no capture": (
        lambda: Payment.objects.filter(state="pending").update(state="captured", captured_at="2026-01-01T00:00Z"),
        "captured, and the ledger has no capture",
    ),
    "order": (lambda: first(Order, captured_total=300), "captured 300.000 and gave back 110"),
    "status": (lambda: first(Order, payment_status="unpaid"), "says unpaid, its sums say partially_refunded"),
    "part": (lambda: first(Order, subtotal=250, total=250), "captured 200.000 of 250"),
    "surplus": (lambda: PaymentAlert.objects.all().delete(), "for 100.000, and nobody was told"),
    "goods": (lambda: Order.objects.filter(status="pending").update(status="shipped"), "shipped without its money"),
}


def test_books_that_add_up(books: Sale) -> None:
    assert audit() == ("3 payments add up.", [])


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_found(books: Sale, name: str) -> None:
    plant, words = FLAWS[name]
    plant()
    summary, lines = audit()
    assert any(words in line for line in lines), lines
    assert summary == f"{len(lines)} flaws in the books of 3 payments."
    assert all(line.startswith(("payment ", "order ")) for line in lines)


def test_what_staff_take_on_trust_is_no_flaw(books: Sale) -> None:
    order = Order.objects.get(payments__method="cash_on_delivery")
    Order.objects.filter(pk=order.pk).update(status="delivered")
    assert audit() == ("3 payments add up.", [])
