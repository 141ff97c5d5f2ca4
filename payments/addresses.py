"""Choose and check the URLs to which the buyer's browser and a gateway's unsigned messages go."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import URLValidator

from payments.errors import ReturnAddressRefused
from payments.models import Payment
from payments.states import PaymentState

# The payment's secret follows it.
CALLBACK_PATH = "/api/v1/payments/cb/"
# Characters that browsers read differently from Python, or that no header can hold.
_TRICKY = frozenset("\\\x7f")


def allowed(address: str, *, field: str) -> str:
    """Return ``address`` if it is a page of the shop's own or of a listed origin, or opens a listed app.

    Return an empty one as it is. Raise ``ReturnAddressRefused`` for any other, because anybody could use such a
    redirect to make a foreign page look like the shop's.
    """
    if address and not is_ours(address):
        raise ReturnAddressRefused(field=field)
    return address


def is_ours(address: str) -> bool:
    """Return whether a URL is a page of the shop's own or of a listed origin, or opens a listed app."""
    longest = Payment._meta.get_field("return_url").max_length or 0
    if len(address) > longest or any(letter <= " " or letter in _TRICKY for letter in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in settings.APP_URL_SCHEMES:
        return True
    ours = [settings.SITE_URL, settings.FRONTEND_URL, *settings.CORS_ALLOWED_ORIGINS]
    known = {(each.scheme, each.netloc) for each in map(urlsplit, ours)}
    return parts.scheme in {"http", "https"} and (parts.scheme, parts.netloc) in known


def validate_return_address(address: str) -> None:
    """Require an http(s) URL, or a URL whose scheme is in ``APP_URL_SCHEMES``.

    Raise Django's ``ValidationError`` for anything else.
    """
    if not any(address.lower().startswith(f"{scheme}:") for scheme in settings.APP_URL_SCHEMES):
        URLValidator(schemes=["http", "https"])(address)


def url_after_paying(payment: Payment, *, hint: str = "") -> str:
    """Return the URL to which the buyer's browser goes after paying; empty for the shop's front page.

    A captured payment leads to its ``return_url``, a failed one to its ``failed_url``. For any other, ``hint`` decides:
    ``failed`` or ``cancelled``, as the browser's URL says. Where the chosen URL is missing, ``return_url`` is used.
    """
    if payment.state == PaymentState.CAPTURED:
        outcome = ""
    elif payment.state == PaymentState.FAILED:
        outcome = "failed"
    else:
        outcome = hint
    chosen = {"failed": payment.failed_url, "cancelled": payment.cancelled_url}.get(outcome, "")
    return chosen or payment.return_url
