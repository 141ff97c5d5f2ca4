"""Where a request comes from, as far as accounts care."""

from dataclasses import dataclass

MAX_DEVICE_LENGTH = 200


@dataclass(frozen=True)
class Client:
    """``address`` is the network address that limits count by; ``device`` the User-Agent, shown to the owner."""

    address: str = "unknown"
    device: str = ""
