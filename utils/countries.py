"""Countries as people write them: codes of ISO 3166-1, and names. No other module uses ``django_countries``."""

import gettext
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django_countries
from django.utils import translation
from django_countries.base import CountriesBase
from django_countries.data import ALT_CODES, COUNTRIES

from utils.text import fold

# What people write, and what no table of names holds.
_OTHER_NAMES = {
    "America": "US",
    "Burma": "MM",
    "Cape Verde": "CV",
    "DR Congo": "CD",
    "East Timor": "TL",
    "England": "GB",
    "Great Britain": "GB",
    "Hong Kong SAR": "HK",
    "Ivory Coast": "CI",
    "Macau": "MO",
    "Northern Ireland": "GB",
    "Republic of Ireland": "IE",
    "Republic of Korea": "KR",
    "Scotland": "GB",
    "UAE": "AE",
    "UK": "GB",
    "United States": "US",
    "Vatican": "VA",
    "Wales": "GB",
}


def is_country(code: str) -> bool:
    """Return whether ``code`` is a country's code of two capital letters (ISO 3166-1 alpha-2)."""
    return code in COUNTRIES


def country_codes() -> list[str]:
    """List the codes of all countries, in the alphabetical order of their English names."""
    return sorted(_english(), key=lambda code: fold(_english()[code]))


def country_name(code: str) -> str:
    """Return the English name of the country with this code, as people use it. Raise ``KeyError`` for any other."""
    return _english()[code]


def country_code(text: str) -> str:
    """Return the code of two letters of the country that ``text`` names, or an empty text when it names none.

    ``text`` is a code of two or three letters, or a name in English or in any language that the library knows.
    """
    key = _key(text)
    return _short_keys().get(key) or (_translated_keys().get(key, "") if key else "")


def _key(text: str) -> str:
    """Return what all ways to write a name have in common: no case, accents, dots, signs and no leading article."""
    words = re.sub(r"[^\w]+", " ", fold(text).replace(".", "").replace("&", " and ")).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@cache
def _english() -> dict[str, str]:
    with translation.override(None):
        names = {code: str(name) for code, name in (COUNTRIES | CountriesBase.COMMON_NAMES).items()}
    return {code: name.removesuffix(" (The)") for code, name in names.items()}


@cache
def _short_keys() -> dict[str, str]:
    """Map codes and English names to codes of two letters."""
    with translation.override(None):
        formal = {str(name): code for code, name in COUNTRIES.items()}
        formal |= {str(name): code for code, names in CountriesBase.OLD_NAMES.items() for name in names}
    codes = {code: code for code in COUNTRIES} | {alpha3: code for code, (alpha3, _) in ALT_CODES.items()}
    names = formal | {name: code for code, name in _english().items()} | _OTHER_NAMES | codes
    return {_key(name): code for name, code in names.items()}


@cache
def _translated_keys() -> dict[str, str]:
    """Map names in all languages of the library to codes. A name that means two countries is left out."""
    meant = defaultdict(set)
    for code, name in _translations():
        meant[_key(name)].add(code)
    return {key: next(iter(codes)) for key, codes in meant.items() if len(codes) == 1}


def _translations() -> Iterator[tuple[str, str]]:
    with translation.override(None):
        names = {code: {str(name), _english()[code]} for code, name in COUNTRIES.items()}
    for file in Path(django_countries.__file__).parent.glob("locale/*/LC_MESSAGES/django.mo"):
        with file.open("rb") as opened:
            language = gettext.GNUTranslations(opened)
        yield from ((code, language.gettext(name)) for code in names for name in names[code])
