"""Describe a message to the shop before it becomes a row."""

from dataclasses import dataclass
from enum import StrEnum

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Choice(StrEnum):
    """List what a buyer can do with a simulated payment."""

    PAY = "pay"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Message:
    """Describe a message that a simulated gateway sends to the shop.

    ``kind``: what the gateway calls this sort of message. ``address``: the URL that it is posted to. ``body``: its
    text, of type ``content_type``. ``event_id``: the gateway's id of this message, empty where the gateway gives none.
    ``is_forged``: it only pretends to come from the gateway, and the shop must refuse it.
    """

    kind: str
    address: str
    body: str
    content_type: str = JSON
    event_id: str = ""
    is_forged: bool = False
