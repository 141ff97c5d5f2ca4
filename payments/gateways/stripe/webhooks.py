"""Verify Stripe's messages on their raw bytes, and keep only what is needed, without the buyer's data."""

import json
import logging
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import stripe
from django.conf import settings

from payments.gateways.errors import BadMessage
from payments.gateways.messages import Incoming

logger = logging.getLogger(__name__)

# How many seconds a message's time may differ from the shop's.
_TOLERANCE = 300
_EVENT_ID = re.compile(r"[\w-]{1,255}", re.ASCII)
_KIND = re.compile(r"[\w.]{1,100}", re.ASCII)
_KEPT = (
    "id",
    "object",
    "status",
    "payment_status",
    "amount",
    "amount_received",
    "amount_total",
    "currency",
    "payment_intent",
    "client_reference_id",
    "reason",
)
# The names of the shop's numbers in an object's metadata.
PAYMENT, REFUND = "payment", "refund"


def read_message(body: bytes, headers: Mapping[str, str]) -> Incoming:
    """Verify and read a message. Raise ``BadMessage`` for anything wrong."""
    try:
        _verify(body, headers.get("Stripe-Signature", ""))
        return incoming_of(json.loads(body))
    except (stripe.StripeError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise BadMessage from error


def _verify(body: bytes, header: str) -> None:
    """Check a message's signature and time.

    Raise ``stripe.StripeError`` or ``ValueError`` when one of them is wrong. The library leaves two checks open: it
    fails for a header that is not ASCII, and accepts a time in the future.
    """
    if not header.isascii():
        raise ValueError("Not a header of Stripe's.")
    stripe.WebhookSignature.verify_header(body, header, settings.STRIPE_WEBHOOK_SECRET, _TOLERANCE)
    sent_at = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    if sent_at > time.time() + _TOLERANCE:
        raise ValueError("From the future.")


def readable(events: Iterable[Mapping[str, Any]]) -> Iterator[Incoming]:
    """Read the events; leave out one that can't be read, as it must not hold up the others."""
    for event in events:
        try:
            yield incoming_of(event)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            logger.warning("Stripe lists an event that can't be read: %s", type(error).__name__)


def incoming_of(event: Mapping[str, Any]) -> Incoming:
    """Read an event. Raise ``ValueError``, ``TypeError``, ``LookupError`` or ``AttributeError`` for anything else."""
    event_id, kind = event["id"], event["type"]
    if not _EVENT_ID.fullmatch(event_id) or not _KIND.fullmatch(kind):
        raise ValueError("Not an event.")
    return Incoming(
        event_id=event_id,
        kind=kind,
        payload={"id": event_id, "type": kind, "livemode": event["livemode"], "object": _cut(event["data"]["object"])},
    )


def _cut(thing: Mapping[str, Any]) -> dict[str, Any]:
    metadata = thing.get("metadata") or {}
    return {
        **{name: thing[name] for name in _KEPT if name in thing},
        "metadata": {name: metadata[name] for name in (PAYMENT, REFUND) if name in metadata},
    }
