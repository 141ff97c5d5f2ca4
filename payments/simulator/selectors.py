"""Reads of the simulator."""

from django.db.models import QuerySet

from payments.simulator.models import Delivery, Side, SimulatedPayment, SimulatedRefund, State


def payments_newest() -> QuerySet[SimulatedPayment]:
    """Select all simulated payments, the newest first, with their requests, messages and refunds."""
    return SimulatedPayment.objects.prefetch_related("exchanges", "deliveries", "refunds")


def payment_named(side: Side, public_id: str) -> SimulatedPayment | None:
    return SimulatedPayment.objects.filter(side=side, public_id=public_id).first()


def payment_known_as(public_id: str) -> SimulatedPayment | None:
    return SimulatedPayment.objects.filter(public_id=public_id).first()


def payment_of_intent(intent_id: str) -> SimulatedPayment | None:
    suffix = intent_id.removeprefix("pi_")
    return SimulatedPayment.objects.filter(side=Side.STRIPE, suffix=suffix).first() if suffix != intent_id else None


def payment_by_reference(side: Side, reference: str) -> SimulatedPayment | None:
    return SimulatedPayment.objects.filter(side=side, reference=reference).first()


def phone_that_rings() -> SimulatedPayment | None:
    return SimulatedPayment.objects.filter(side=Side.MPESA, state=State.OPEN).first()


def payment_of_receipt(receipt: str) -> SimulatedPayment | None:
    """Return the simulated M-Pesa payment with the receipt that the payer was shown."""
    paid = SimulatedPayment.objects.filter(side=Side.MPESA, state=State.PAID)
    return paid.filter(suffix__istartswith=receipt).first() if receipt else None


def refunds_of_intent(intent_id: str) -> QuerySet[SimulatedRefund]:
    return SimulatedRefund.objects.filter(payment__suffix=intent_id.removeprefix("pi_")).select_related("payment")


def refund_named(public_id: str) -> SimulatedRefund | None:
    return SimulatedRefund.objects.filter(public_id=public_id).select_related("payment").first()


def stripe_events(*, were_taken: bool | None = None) -> list[tuple[str, str]]:
    """List kind and body of Stripe's events, each once, the newest first.

    ``were_taken``: select only those that the shop accepted, or did not.
    """
    events: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for delivery in Delivery.objects.filter(payment__side=Side.STRIPE, is_forged=False):
        events[delivery.event_id] = (delivery.kind, delivery.body)
        if delivery.was_taken:
            taken.add(delivery.event_id)
    return [
        event for event_id, event in reversed(events.items()) if were_taken is None or (event_id in taken) == were_taken
    ]
