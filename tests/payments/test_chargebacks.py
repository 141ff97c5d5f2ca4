"""What a bank takes back belongs to the money that it took, whichever gateway tells."""

from decimal import Decimal

import pytest

from payments.errors import RefundTooLarge
from payments.gateways.messages import ChargebackMessage
from payments.models import PaymentEntry
from payments.services import settle
from payments.services.disputes import chargeback_settle
from tests.payments.conftest import Sale
from tests.support.fake_gateway import paid

pytestmark = pytest.mark.django_db


def news(sale: Sale, receipt: str, *, taken: str = "100", returned: str = "0") -> ChargebackMessage:
    return ChargebackMessage(
        payment=sale.payment, dispute="dp-1", receipt=receipt, taken=Decimal(taken), returned=Decimal(returned)
    )


def test_of_two_captures_it_reverses_the_one_that_it_is_about(paid_sale: Sale) -> None:
    settle(payment_id=paid_sale.payment.pk, result=paid(paid_sale.payment, receipt="the second"))
    chargeback_settle(news(paid_sale, "the second"))
    assert PaymentEntry.objects.get(kind="chargeback").reverses.receipt == "the second"


def test_money_that_is_not_here_is_not_taken_from_other_money(paid_sale: Sale) -> None:
    with pytest.raises(RefundTooLarge):
        chargeback_settle(news(paid_sale, "still to come"))
    assert not PaymentEntry.objects.filter(kind="chargeback").exists()


def test_what_the_bank_returns_counts_without_a_word_on_what_it_took(paid_sale: Sale) -> None:
    receipt = PaymentEntry.objects.get().receipt
    for moved in ({"taken": "100"}, {"taken": "0", "returned": "100"}):
        chargeback_settle(news(paid_sale, receipt, **moved))
    entered = PaymentEntry.objects.order_by("id").values_list("kind", "amount")
    assert list(entered) == [("capture", 100), ("chargeback", 100), ("chargeback_won", 100)]


def test_the_same_or_older_news_enter_nothing(paid_sale: Sale) -> None:
    receipt = PaymentEntry.objects.get().receipt
    for taken in ("60", "60", "40", "100"):
        chargeback_settle(news(paid_sale, receipt, taken=taken))
    entered = PaymentEntry.objects.filter(kind="chargeback").order_by("id").values_list("receipt", "amount")
    assert list(entered) == [("dp-1", 60), ("dp-1:2", 40)]
