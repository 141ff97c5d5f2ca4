"""Describe a message to the shop before it becomes a row."""

from dataclasses import dataclass
from enum import StrEnum

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Choice(StrEnum):
    """Name what the buyer does."""

    PAY = "pay"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Message:
    """Describe a message to the shop. ``event_id`` is set where the gateway names its messages."""

    kind: str
    address: str
    body: str
    content_type: str = JSON
    event_id: str = ""
    is_forged: bool = False
