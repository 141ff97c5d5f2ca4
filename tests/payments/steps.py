"""What happens around a payment, one call for each."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import time_machine
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from cart.services import cart_open, item_add
from catalog.models import Product
from inventory.offers import offer_of_product
from orders.models import Order
from orders.services import orders_expire
from payments.audit import flaws_of
from payments.models import GatewayEvent, Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import checkout, event_process, reconcile
from payments.states import PaymentMethod
from tests.factories import order_request
from tests.support.fake_gateway import SIGNED
from tests.support.jobs import run_jobs
from utils.events import deliver_due
from utils.models import OutboxEvent

LATER = timedelta(days=10)

# What came, and how much of it went back, by the gateway's name for the money.
Books = dict[str, tuple[Decimal, Decimal]]


def place(buyer: User, product: Product, *, method: str = "stripe", quantity: int = 2) -> Payment:
    item_add(cart=cart_open(user=buyer), offer=offer_of_product(product.pk, currency="USD"), quantity=quantity)
    address = {"name": "Carla", "street": "1 Main Street", "city": "Nairobi", "phone": "0712345678"}
    order = order_request(address=address, email=buyer.email)
    return checkout(user=buyer, method=PaymentMethod(method), order=order)[0]


def settle_down() -> None:
    """Deliver events and run jobs until nothing is left to do."""
    run_jobs()
    while OutboxEvent.objects.filter(delivered_at=None).exists():
        assert deliver_due()
        run_jobs()


def forget_jobs() -> None:
    """Delete the jobs of earlier tests, which stay when a test's rows are deleted rather than rolled back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def expire(order_id: int) -> None:
    """Let the order's time pass. One that was paid does not mind."""
    Order.objects.filter(pk=order_id).update(expires_at=timezone.now() - timedelta(minutes=1))
    orders_expire(now=timezone.now())
    settle_down()


def post_message(message: dict[str, str], method: str = "stripe") -> HttpResponse:
    """Post a message as the gateway would."""
    return APIClient().post(f"/api/v1/payments/webhooks/{method}/", message, format="json", headers=SIGNED)


def send(message: dict[str, str], method: str = "stripe") -> None:
    """Post it and let it be processed."""
    assert post_message(message, method).status_code == 200
    settle_down()


def process_postponed() -> None:
    """Process the messages that failed, as if their pauses were over."""
    for event in GatewayEvent.objects.filter(state="waiting").order_by("id"):
        GatewayEvent.objects.filter(pk=event.pk).update(due_at=timezone.now())
        event_process(event_id=event.pk)
    settle_down()


def make_due() -> None:
    """Make every open payment and refund due, as if the time to ask about it had come."""
    past = timezone.now() - timedelta(seconds=1)
    Payment.objects.filter(next_check_at__isnull=False).update(next_check_at=past)
    Refund.objects.filter(next_check_at__isnull=False).update(next_check_at=past)


def let_time_pass(longest: timedelta = timedelta(hours=2)) -> None:
    """Let time pass: the reconciler runs whenever something is due, and at no other time."""
    now = timezone.now()
    end = now + longest
    while (due := _next_due()) and due <= end:
        now = max(now, due)
        with time_machine.travel(now):
            reconcile()
            settle_down()


def _next_due() -> datetime | None:
    payments = Payment.objects.filter(next_check_at__isnull=False).values_list("next_check_at", flat=True)
    refunds = Refund.objects.filter(next_check_at__isnull=False).values_list("next_check_at", flat=True)
    events = GatewayEvent.objects.filter(state="waiting").values_list("due_at", flat=True)
    return min((due for due in [*payments, *refunds, *events] if due), default=None)


def alerts() -> list[str]:
    return sorted(PaymentAlert.objects.values_list("kind", flat=True))


def money(order: Order) -> tuple[Decimal, Decimal]:
    """Received and given back, once everything was found to add up."""
    assert list(flaws_of(order)) == []
    return order.captured_total, order.refunded_total


def books_agree(theirs: Books) -> Books:
    """Check that the gateway's books and ours are the same; ours are read from the ledger alone."""
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in PaymentEntry.objects.all():
        sums[entry.payment_id][entry.kind] += entry.amount
    receipts = PaymentEntry.objects.filter(kind="capture").values_list("receipt", "payment_id")
    ours = {receipt: (sums[pk]["capture"], sums[pk]["refund"] - sums[pk]["refund_failed"]) for receipt, pk in receipts}
    assert ours == theirs
    return theirs
