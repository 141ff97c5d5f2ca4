"""Numbers of telephones, as people write and paste them. The only module that knows the library for them."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumber, ValidationResult

NOT_A_PHONE = "This is not the number of a telephone. Write it with its country code, such as +254712345678."

_WRITTEN = re.compile(r"[\s(]*(\+?)([\d\s()./-]+)")
_KENYAN_MOBILE = re.compile(r"\+(254[17][0-9]{8})")
# Kenya's own prefix for calls abroad has three zeros.
_ABROAD = re.compile(r"00(?=[1-9])")
_MINUS_SIGN = "\N{MINUS SIGN}"
# The currencies of shops in many countries, the first of them also of shops that set none.
_OF_MANY_COUNTRIES = frozenset({"USD", "EUR"})
_LONGEST = 64
_FEWEST_DIGITS = 7
_MOST_DIGITS = 15


def normalize_phone(phone: str) -> str:
    """Return ``phone`` in E.164. One without a country code is of the shop's region.

    Where the shop has no region, the digits of such a number are returned. Raises ``ValueError``.
    """
    return _normalize(phone, region=home_region())


def kenyan_mobile(phone: str) -> str:
    """Return ``phone`` as Safaricom writes it, 2547... or 2541...; empty for any but a mobile phone in Kenya."""
    try:
        found = _KENYAN_MOBILE.fullmatch(_normalize(phone, region="KE"))
    except ValueError:
        return ""
    return found[1] if found else ""


def home_region() -> str:
    """Return the country whose numbers need no country code: as it is set, else that of the currency, else empty."""
    currency: str = settings.DEFAULT_CURRENCY
    if settings.PHONE_REGION or currency in _OF_MANY_COUNTRIES:
        return settings.PHONE_REGION
    return currency[:2] if is_region(currency[:2]) else ""


def is_region(code: str) -> bool:
    """Tell whether it is the code of a country with telephones, such as KE."""
    return code in phonenumbers.SUPPORTED_REGIONS


def _normalize(phone: str, *, region: str) -> str:
    plus, digits = _parts(phone)
    if plus or region:
        number = _parsed(f"{plus}{digits}", region)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return digits
    raise ValueError(NOT_A_PHONE)


def _parts(phone: str) -> tuple[str, str]:
    """Return the plus, if there is one, and the digits, in ASCII."""
    if len(phone) > _LONGEST:
        raise ValueError(NOT_A_PHONE)
    letters = (_plain(letter) for letter in unicodedata.normalize("NFKC", phone))
    written = _WRITTEN.fullmatch("".join(letters))
    if written is None:
        raise ValueError(NOT_A_PHONE)
    digits = phonenumbers.normalize_digits_only(written[2])
    if not written[1] and (prefix := _ABROAD.match(digits)):
        return "+", digits[prefix.end() :]
    return written[1], digits


def _plain(letter: str) -> str:
    """Return nothing for what is not seen, such as a mark of direction, and one hyphen for all."""
    category = unicodedata.category(letter)
    if category == "Cf":
        return ""
    return "-" if category == "Pd" or letter == _MINUS_SIGN else letter


def _parsed(written: str, region: str) -> PhoneNumber:
    try:
        number = phonenumbers.parse(written, region or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(NOT_A_PHONE) from error
    if not _is_possible(number):
        raise ValueError(NOT_A_PHONE)
    return number


def _is_possible(number: PhoneNumber) -> bool:
    """Tell whether its country may have it.

    One that is a little short is let pass, as a published document shows such a number. A zero in front that the
    country's numbers do not have is another country's way to write.
    """
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.TOO_SHORT:
        return len(phonenumbers.national_significant_number(number)) >= _FEWEST_DIGITS
    return reason in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
