"""A message to the shop, before it becomes a row."""

from dataclasses import dataclass
from enum import StrEnum

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Choice(StrEnum):
    """What the buyer does."""

    PAY = "pay"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Message:
    """``event_id`` where the gateway names its messages."""

    kind: str
    address: str
    body: str
    content_type: str = JSON
    event_id: str = ""
    is_forged: bool = False
