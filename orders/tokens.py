"""The token that opens one guest's order: its number and a secret, with a dot between them.

The secret is an HMAC of the number and the order's ``token_version``, so it is stored nowhere: neither a copy of the
database nor the queue of mail tells a token. Another version voids the tokens before it; with version 0, no token opens
the order. The key is derived from ``SECRET_KEY``; those in ``SECRET_KEY_FALLBACKS`` are still accepted.
"""

import re
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from orders.models import Order

# Where on FRONTEND_URL the mailed link leads. What follows the # reaches neither a server's log nor a Referer header.
_PAGE = "order/#"
_TOKEN = re.compile(r"(?P<number>[0-9A-Z]{1,20})\.(?P<secret>[0-9A-Za-z_-]{43})", re.ASCII)


def order_token(order: Order) -> str:
    """Return the token that opens ``order``, which must have a version of it."""
    return f"{order.number}.{_secret(order.number, order.token_version, settings.SECRET_KEY)}"


def order_link(order: Order) -> str:
    """Return the URL of the page that shows ``order``, with its token, to be mailed to the guest."""
    return f"{settings.FRONTEND_URL}/{_PAGE}{order_token(order)}"


def number_in(token: str) -> str:
    """Return the number of the order that ``token`` names; empty when it does not have a token's form."""
    found = _TOKEN.fullmatch(token)
    return found["number"] if found else ""


def opens(token: str, order: Order | None) -> bool:
    """Return whether ``token`` opens ``order``. It takes the same time for every token, and without an order."""
    number, version = (order.number, order.token_version) if order else ("", 0)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = token.rpartition(".")[2]
    fits = [constant_time_compare(_secret(number, version, key), given) for key in keys]
    return any(fits) and version > 0 and number_in(token) == number


def _secret(number: str, version: int, key: str | bytes) -> str:
    digest = salted_hmac("orders.tokens", f"{number}:{version}", secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
