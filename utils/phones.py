"""Telephone numbers as people type and paste them. No other module uses the ``phonenumbers`` library."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumber, ValidationResult

NOT_A_PHONE = "This is not a telephone number. Write it with its country code, such as +254712345678."

_WRITTEN = re.compile(r"[\s(]*(\+?)([\d\s()./-]+)")
_KENYAN_MOBILE = re.compile(r"\+(254[17][0-9]{8})")
# The prefix for calls abroad. Kenya's own has three zeros.
_ABROAD = re.compile(r"00(?=[1-9])")
_MINUS_SIGN = "\N{MINUS SIGN}"
# Currencies that shops in many countries use. USD is also the default of a shop that sets none.
_OF_MANY_COUNTRIES = frozenset({"USD", "EUR"})
_LONGEST = 64
_FEWEST_DIGITS = 7
_MOST_DIGITS = 15


def normalize_phone(phone: str) -> str:
    """Return ``phone`` in E.164; a number without a country code is read as one of the shop's region.

    If the shop has no region, return only the digits of such a number. Raise ``ValueError`` for a text that is no
    telephone number.
    """
    return _normalize(phone, region=home_region())


def kenyan_mobile(phone: str) -> str:
    """Return ``phone`` as Safaricom writes it, 2547... or 2541...; return an empty text for any other number.

    Only mobile numbers in Kenya have this form.
    """
    try:
        found = _KENYAN_MOBILE.fullmatch(_normalize(phone, region="KE"))
    except ValueError:
        return ""
    return found[1] if found else ""


def home_region() -> str:
    """Return the code of the country whose numbers need no country code, or an empty text.

    It is ``PHONE_REGION`` if set, else the country of ``DEFAULT_CURRENCY`` if only one country uses it.
    """
    currency: str = settings.DEFAULT_CURRENCY
    if settings.PHONE_REGION or currency in _OF_MANY_COUNTRIES:
        return settings.PHONE_REGION
    return currency[:2] if is_region(currency[:2]) else ""


def is_region(code: str) -> bool:
    """Return whether ``code`` is the code of a country with telephones, such as KE."""
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
    """Split ``phone`` into a plus sign, or an empty text without one, and its ASCII digits.

    Raise ``ValueError`` when it holds anything else.
    """
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
    """Return ``letter``, but an empty text for an invisible character, and a plain hyphen for any kind of dash."""
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
    """Return whether the number is possible in its country.

    A number that is slightly too short is accepted, because a storefront's contract has such a number as an example. A
    leading zero that the country's numbers don't have is refused, because it is from another country's way of writing.
    """
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.TOO_SHORT:
        return len(phonenumbers.national_significant_number(number)) >= _FEWEST_DIGITS
    return reason in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
