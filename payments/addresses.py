"""Where the buyer's browser goes after a gateway's page, and where a gateway's unsigned messages come to."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import URLValidator

from payments.errors import ReturnAddressRefused
from payments.models import Payment
from payments.states import PaymentState

# Behind it stands the payment's secret.
CALLBACK_PATH = "/api/v1/payments/cb/"
# What a browser reads otherwise than we do, or what no header can hold.
_TRICKY = frozenset("\\\x7f")


def allowed(address: str, *, field: str) -> str:
    """``address``, if it is a page of our own or of a listed origin, or of a listed app; empty stays empty.

    Else our address would lend its good name to anybody's. Raises ``ReturnAddressRefused``.
    """
    if address and not is_ours(address):
        raise ReturnAddressRefused(field=field)
    return address


def is_ours(address: str) -> bool:
    """Whether it is a page of our own or of a listed origin, or is opened by a listed app."""
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
    """Refuse what is an address neither of a page nor of a listed app. Raises ``ValidationError``."""
    if not any(address.lower().startswith(f"{scheme}:") for scheme in settings.APP_URL_SCHEMES):
        URLValidator(schemes=["http", "https"])(address)


def way_back(payment: Payment, *, hint: str = "") -> str:
    """The address of the payment that fits what became of it; empty for the shop's front page.

    ``hint``: what the browser brought. It decides only while nothing else does: money that came leads to the page for
    money that came.
    """
    if payment.state == PaymentState.CAPTURED:
        outcome = ""
    elif payment.state == PaymentState.FAILED:
        outcome = "failed"
    else:
        outcome = hint
    chosen = {"failed": payment.failed_url, "cancelled": payment.cancelled_url}.get(outcome, "")
    return chosen or payment.return_url
