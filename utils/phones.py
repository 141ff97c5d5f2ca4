"""Numbers of telephones."""

import re

_KENYAN_MOBILE = re.compile(r"(?:\+?254|0)?([17][0-9]{8})", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s().-]+")


def kenyan_mobile(phone: str) -> str:
    """As Safaricom writes it, 2547... or 2541...; empty for anything but a mobile phone in Kenya."""
    found = _KENYAN_MOBILE.fullmatch(_BETWEEN_DIGITS.sub("", phone))
    return f"254{found[1]}" if found else ""
