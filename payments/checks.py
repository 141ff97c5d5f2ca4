"""Check settings that would make M-Pesa refuse every request."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from payments.gateways.mpesa import Mpesa, forbidden_word


@register()
def mpesa_takes_our_address(**kwargs: Any) -> list[CheckMessage]:
    """Check that the settings which become parts of M-Pesa's callback URLs hold no word that Safaricom refuses there.

    Return the error ``shop.E101`` for ``SITE_URL`` and ``shop.E102`` for ``MPESA_C2B_TOKEN``. Return no errors when
    M-Pesa is not configured.
    """
    if not Mpesa().is_configured():
        return []
    found: list[CheckMessage] = []
    if word := forbidden_word(settings.SITE_URL):
        hint = "Use another host name of the shop for M-Pesa's callbacks."
        found.append(Error(f'SITE_URL holds "{word}", which M-Pesa refuses in callback URLs.', hint, id="shop.E101"))
    if forbidden_word(settings.MPESA_C2B_TOKEN):
        hint = "Make another one of hexadecimal digits: they can form no such word."
        found.append(Error("MPESA_C2B_TOKEN holds a word that M-Pesa refuses in URLs.", hint, id="shop.E102"))
    return found
