"""Spelling of usernames and e-mail addresses: one spelling for each, and none that looks like another.

All letters of a username come from one script, or from Latin and one script that doesn't look like it (Unicode UTS 39,
"moderately restrictive"), because nobody would notice a Cyrillic letter among Latin ones.
"""

import re
import unicodedata

import idna
from confusable_homoglyphs.categories import unique_aliases
from confusable_homoglyphs.confusables import confusables_data
from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible

MAX_USERNAME_LENGTH = 150

_SIGNS = frozenset("_.@+-")
_ANY_SCRIPT = frozenset({"COMMON", "INHERITED"})
# The scripts that Chinese, Japanese and Korean mix.
_EAST_ASIAN = frozenset({"HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
_SOUTH_ASIAN = frozenset(
    {"BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "ORIYA", "SINHALA", "TAMIL", "TELUGU"}
)
_OTHERS = frozenset(
    {"ARABIC", "ETHIOPIC", "GEORGIAN", "HEBREW", "KHMER", "LAO", "MYANMAR", "THAANA", "THAI", "TIBETAN"}
)
_BESIDE_LATIN = _EAST_ASIAN | _SOUTH_ASIAN | _OTHERS
# A separate letter in Turkish. It counts as different from i, because people see that it has no dot.
_DOTLESS_I = "\N{LATIN SMALL LETTER DOTLESS I}"


def normalize_email(address: str) -> str:
    """Return the one spelling of an e-mail address: NFKC, no outer spaces, small letters, the domain in IDNA."""
    address = unicodedata.normalize("NFKC", address).strip().lower()
    local, at, domain = address.rpartition("@")
    return f"{local}@{_domain(domain)}" if at else address


def _domain(name: str) -> str:
    """Return the ``xn--`` form of a domain, as DNS has it.

    Domains that only the older standard allows, such as those with emoji, are written by that standard.
    """
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        try:
            return name.encode("idna").decode("ascii")
        except UnicodeError:
            return name  # not a valid domain; the fields that read e-mail addresses refuse it


def normalize_username(name: str) -> str:
    """Return ``name`` as usernames are stored: NFKC, no outer spaces."""
    return unicodedata.normalize("NFKC", name).strip()


def name_key(name: str) -> str:
    """Return a key that is the same for all spellings of one username: NFKC, no outer spaces, no letter case."""
    return normalize_username(name).casefold()


def name_look(name: str) -> str:
    """Return a key that is the same for all usernames that look alike: letters become the Latin ones they look like."""
    letters = unicodedata.normalize("NFD", normalize_username(name))
    return unicodedata.normalize("NFC", "".join(_LATIN_LOOK.get(char, char) for char in letters).casefold())


def _latin_looks() -> dict[str, str]:
    """Map each non-ASCII letter that looks like an ASCII letter to that letter."""
    looks: dict[str, str] = {}
    for char, alike in confusables_data.items():
        if char.isascii() or not char.isalpha() or char == _DOTLESS_I:
            continue
        letters = sorted(other["c"] for other in alike if re.fullmatch(r"[A-Za-z]", other["c"]))
        if letters:
            # In the library's tables, a small L and a capital i look the same.
            looks[char] = "I" if char.isupper() and letters[-1] == "l" else letters[-1]
    return looks


_LATIN_LOOK = _latin_looks()


@deconstructible
class UsernameValidator:
    """Allow letters of any one script with their combining marks, digits, and ``. _ + - @`` in a username."""

    message = "A username may contain only letters, digits and . _ + -"
    mixed = "All letters of a username must come from one alphabet."

    def __call__(self, value: str) -> None:
        if not value or is_mark(value[0]) or not all(map(is_in_names, value)):
            raise ValidationError(self.message, code="invalid")
        if is_of_mixed_scripts(value):
            raise ValidationError(self.mixed, code="mixed_scripts")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UsernameValidator)

    def __hash__(self) -> int:
        return hash(UsernameValidator)


def is_in_names(char: str) -> bool:
    """Return whether names may contain ``char``: a letter or digit of any script, a combining mark or a few signs."""
    return char.isalnum() or char in _SIGNS or is_mark(char)


def is_mark(char: str) -> bool:
    """Return whether ``char`` belongs to the letter before it, as vowels of Bengali, Hindi and Thai do."""
    return unicodedata.category(char).startswith("M")


def is_of_mixed_scripts(name: str) -> bool:
    """Return whether ``name`` mixes scripts that may not stand together in one name."""
    scripts = set(unique_aliases(name)) - _ANY_SCRIPT
    others = scripts - {"LATIN"}
    if len(scripts) <= 1 or others <= _EAST_ASIAN:
        return False
    return len(others) > 1 or not others <= _BESIDE_LATIN
