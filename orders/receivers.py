"""What orders do when they hear of something."""

from decimal import Decimal
from typing import Any

from django.dispatch import receiver

from orders.services import order_record_captured
from payments.signals import payment_captured


@receiver(payment_captured, dispatch_uid="orders.record_captured")
def record_captured(*, order_id: int, captured_total: str, **kwargs: Any) -> None:
    order_record_captured(order_id=order_id, captured_total=Decimal(captured_total))
