"""Export and erase what payments hold about a person: amounts and dates, which stay, and a masked phone."""

from typing import Any

from django.db.models import F

from accounts.models import User
from accounts.privacy import declare
from payments.models import Payment
from utils.money import display

_FIELDS = ("number", "method", "state", "amount", "currency", "reference", "payer", "created_at", "captured_at")


def export(user: User) -> list[Any]:
    payments = Payment.objects.filter(order__user=user).order_by("id").values(*_FIELDS, order_number=F("order__number"))
    return [{**payment, "amount": display(payment["amount"], payment["currency"])} for payment in payments]


def erase(user: User) -> None:
    """Erase what names the person. Amounts and dates stay.

    No payment is open: an account with an order under way is not erased.
    """
    Payment.objects.filter(order__user=user).update(
        payer="", pay_url="", return_url="", failed_url="", cancelled_url=""
    )


declare("payments", export=export, erase=erase)
