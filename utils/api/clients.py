"""The IP address that a request comes from, as limits count it."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest
from rest_framework.settings import api_settings

UNKNOWN = "unknown"
# No IP address is longer. What is kept below stays small, whatever is claimed.
_LONGEST = 64


def address_of(request: HttpRequest) -> str:
    """Return the client's IP address, for IPv6 its /64 network, or ``unknown`` when there is none.

    One customer usually gets a whole IPv6 /64 network.

    Each proxy appends the address that it heard from to the right end of ``X-Forwarded-For``. With ``NUM_PROXIES`` = n
    the outermost of our own proxies wrote the n-th entry from the right. All entries left of it are only the client's
    claim, and so is the whole header with 0 proxies. A header that is too short, or whose entry is no IP address, did
    not come through our proxies; then the peer of the connection counts.
    """
    if proxies := api_settings.NUM_PROXIES:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(entries) >= proxies and (forwarded := _name(entries[-proxies].strip()[:_LONGEST])):
            return forwarded
    return _name(request.META.get("REMOTE_ADDR", "").strip()[:_LONGEST]) or UNKNOWN


@lru_cache(maxsize=10_000)
def _name(text: str) -> str:
    """Return the text by which rate limits count an IP address: itself, or for IPv6 its /64 network.

    Return an empty text for what is no IP address.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"
