"""Who sends a request: the address that limits count by."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest
from rest_framework.settings import api_settings

UNKNOWN = "unknown"


def address_of(request: HttpRequest) -> str:
    """The client's address; of IPv6 its /64 network, which is what one customer is given. ``unknown`` without any.

    ``X-Forwarded-For`` grows at its right end, where each proxy adds whom it heard from. With ``NUM_PROXIES`` = n the
    n-th entry from the right was written by the outermost of our own proxies; everything left of it, and the whole
    header with 0, is the client's own claim. An entry that is no address, or a header that is too short, did not come
    through our proxies: then it is the peer of the connection that counts.
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
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"
