"""System checks: settings that no gateway's call would get past."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from payments.gateways.mpesa import Mpesa, forbidden_word


@register()
def mpesa_takes_our_address(**kwargs: Any) -> list[CheckMessage]:
    """Safaricom refuses callback addresses that hold certain words, wherever they stand."""
    if not Mpesa().is_configured():
        return []
    found: list[CheckMessage] = []
    if word := forbidden_word(settings.SITE_URL):
        hint = "Let M-Pesa's callbacks come to another name of the shop."
        found.append(
            Error(f'SITE_URL holds "{word}", which M-Pesa refuses in callback addresses.', hint, id="shop.E101")
        )
    if forbidden_word(settings.MPESA_C2B_TOKEN):
        hint = "Make another one; one of hexadecimal digits spells none."
        found.append(Error("MPESA_C2B_TOKEN spells a word that M-Pesa refuses in addresses.", hint, id="shop.E102"))
    return found
