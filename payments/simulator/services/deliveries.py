"""Writes: send messages to the shop, each a row and a job."""

from dataclasses import dataclass
from itertools import count

import requests
from django.utils import timezone

from payments.simulator.models import Delivery, Fate, Side, SimulatedPayment
from payments.simulator.shapes import stripe
from payments.simulator.shapes.messages import Message
from utils.jobs import job

LATE_SECONDS = 10
_TIMEOUT = (3.05, 10)


@dataclass(frozen=True)
class Mischief:
    """Define what goes wrong with the messages about one decision of the buyer.

    ``late``: they come after ``LATE_SECONDS``. ``twice``: each comes two times. ``out_of_order``: they come in
    reverse, and one about an earlier failure comes last. ``lost``: none is sent. ``forged``: somebody else claims that
    the payment was made, whatever the buyer chose. ``wrong_amount``: the gateway collected 1 instead.
    """

    late: bool = False
    twice: bool = False
    out_of_order: bool = False
    lost: bool = False
    forged: bool = False
    wrong_amount: bool = False


def deliveries_plan(
    *,
    payment: SimulatedPayment,
    messages: list[Message],
    mischief: Mischief,
    stale: Message | None = None,
    forged: Message | None = None,
) -> None:
    """Store what is sent and when: a second apart, so that the order is kept."""
    if mischief.out_of_order:
        messages = [*reversed(messages), *([stale] if stale else [])]
    if mischief.twice:
        messages = [*messages, *messages]
    moments = count(LATE_SECONDS if mischief.late else 0)
    for message, seconds in zip(messages, moments, strict=False):
        _write(payment, message, seconds=seconds, fate=Fate.LOST if mischief.lost else Fate.WAITING)
    if forged:
        _write(payment, forged, seconds=0)


def _write(payment: SimulatedPayment, message: Message, *, seconds: int, fate: Fate = Fate.WAITING) -> None:
    delivery = Delivery.objects.create(
        payment=payment,
        kind=message.kind,
        event_id=message.event_id,
        address=message.address,
        content_type=message.content_type,
        body=message.body,
        is_forged=message.is_forged,
        fate=fate,
    )
    if fate == Fate.WAITING:
        delivery_send.enqueue_in(seconds, delivery_id=delivery.pk)


def delivery_resend(*, delivery_id: int) -> None:
    """Send the same message once more, also one that was never sent."""
    for delivery in Delivery.objects.filter(pk=delivery_id):
        delivery.pk, delivery.fate, delivery.status, delivery.answer = None, Fate.WAITING, None, ""
        delivery.sent_at = None
        delivery.save(force_insert=True)
        delivery_send.enqueue(delivery_id=delivery.pk)


@job("simulator.deliver")
def delivery_send(*, delivery_id: int) -> None:
    """Send a message and note the shop's answer, whatever it is. Nothing is sent again by itself."""
    claim = Delivery.objects.filter(pk=delivery_id, fate=Fate.WAITING)
    if not claim.update(fate=Fate.SENT, sent_at=timezone.now()):
        return
    delivery = Delivery.objects.select_related("payment").get(pk=delivery_id)
    headers = {"Content-Type": delivery.content_type, **_signature(delivery)}
    try:
        answer = requests.post(
            delivery.address, data=delivery.body.encode(), headers=headers, timeout=_TIMEOUT, allow_redirects=False
        )
        delivery.status, delivery.answer = answer.status_code, answer.text[:500]
    except requests.RequestException as error:
        delivery.answer = type(error).__name__
    delivery.save(update_fields=["status", "answer"])


def _signature(delivery: Delivery) -> dict[str, str]:
    if delivery.payment.side != Side.STRIPE:
        return {}
    return stripe.signature(delivery.body, is_forged=delivery.is_forged)
