"""Reads: whose payments a caller sees."""

from django.db.models import QuerySet

from accounts.models import User
from payments.errors import PaymentNotFound
from payments.models import Payment


def payments_visible_to(user: User) -> QuerySet[Payment]:
    """Staff with ``payments.view_payment`` see every payment, everybody else those of their own orders."""
    payments = Payment.objects.select_related("order")
    if user.is_staff and user.has_perm("payments.view_payment"):
        return payments
    return payments.filter(order__user=user)


def payment_get(*, user: User, payment_id: int) -> Payment:
    """Raises ``PaymentNotFound``, also for somebody else's."""
    found = payments_visible_to(user).filter(pk=payment_id).first()
    if found is None:
        raise PaymentNotFound
    return found
