"""The client that sends a request: its IP address, by which limits count, and its device."""

from dataclasses import dataclass

MAX_DEVICE_LENGTH = 200


@dataclass(frozen=True)
class Client:
    """Describe where a request comes from.

    ``address`` is the IP address (for IPv6 the /64 network) that limits count by. ``device`` is the User-Agent, which
    the account's owner sees in the list of sign-ins.
    """

    address: str = "unknown"
    device: str = ""
