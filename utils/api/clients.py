"""The IP address that a request comes from, in the form by which limits count."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest
from rest_framework.settings import api_settings

UNKNOWN = "unknown"


def ip_address_of(request: HttpRequest) -> str:
    """Return the client's IP address, for IPv6 its /64 network, or ``unknown`` when there is none.

    One customer usually gets a whole IPv6 /64 network.

    Each proxy appends the IP address of its peer to the right end of ``X-Forwarded-For``. With ``NUM_PROXIES`` = n the
    outermost of our own proxies wrote the n-th entry from the right. The client may have made up all entries left of
    it, and the whole header with 0 proxies. A header that is too short, or whose n-th entry is not an IP address, did
    not come through our proxies; then the IP address of the connection's peer is used.
    """
    peer = _parse(request.META.get("REMOTE_ADDR", ""))
    if proxies := api_settings.NUM_PROXIES:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        forwarded = _parse(entries[-proxies]) if len(entries) >= proxies else None
        peer = forwarded or peer
    return _name(peer) if peer else UNKNOWN


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


def _name(address: IPv4Address | IPv6Address) -> str:
    """Return the text by which rate limits count an IP address: itself, or for IPv6 its /64 network."""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"
