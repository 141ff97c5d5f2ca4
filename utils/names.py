"""How names of sign-in and mailboxes are spelled: one spelling for each, and none that passes for another.

Letters come from one script, or from Latin and one that does not look like it (Unicode UTS 39, "moderately
restrictive"): nobody sees a Cyrillic letter among Latin ones.
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
# What Chinese, Japanese and Korean are written with together.
_EAST_ASIAN = frozenset({"HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
_SOUTH_ASIAN = frozenset(
    {"BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "ORIYA", "SINHALA", "TAMIL", "TELUGU"}
)
_OTHERS = frozenset(
    {"ARABIC", "ETHIOPIC", "GEORGIAN", "HEBREW", "KHMER", "LAO", "MYANMAR", "THAANA", "THAI", "TIBETAN"}
)
_BESIDE_LATIN = _EAST_ASIAN | _SOUTH_ASIAN | _OTHERS
# A letter of its own in Turkish, and seen to be one: it has no dot.
_DOTLESS_I = "\N{LATIN SMALL LETTER DOTLESS I}"


def normalize_email(address: str) -> str:
    """One spelling for each mailbox: NFKC, no outer spaces, small letters, the domain as DNS has it (IDNA)."""
    address = unicodedata.normalize("NFKC", address).strip().lower()
    local, at, domain = address.rpartition("@")
    return f"{local}@{_domain(domain)}" if at else address


def _domain(name: str) -> str:
    """The ``xn--`` form. Names that only the older standard allows, such as those of emoji, are taken by that one."""
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        try:
            return name.encode("idna").decode("ascii")
        except UnicodeError:
            return name  # no name that DNS could have; whoever asks for an address refuses it


def normalize_username(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def name_key(name: str) -> str:
    """What two spellings of one username have in common: NFKC, no outer spaces, no letter case."""
    return normalize_username(name).casefold()


def name_look(name: str) -> str:
    """What two usernames that look alike have in common: letters of other scripts become the Latin ones they show."""
    letters = unicodedata.normalize("NFD", normalize_username(name))
    return unicodedata.normalize("NFC", "".join(_LATIN_LOOK.get(char, char) for char in letters).casefold())


def _latin_looks() -> dict[str, str]:
    """Each letter outside of ASCII that can't be told from one letter of ASCII."""
    looks: dict[str, str] = {}
    for char, alike in confusables_data.items():
        if char.isascii() or not char.isalpha() or char == _DOTLESS_I:
            continue
        letters = sorted(other["c"] for other in alike if re.fullmatch(r"[A-Za-z]", other["c"]))
        if letters:
            # The tables give one shape for small L and capital i.
            looks[char] = "I" if char.isupper() and letters[-1] == "l" else letters[-1]
    return looks


_LATIN_LOOK = _latin_looks()


@deconstructible
class UsernameValidator:
    """Letters, with their combining marks, and digits of any one script, and ``. _ + - @``."""

    message = "Enter a name of letters, digits and . _ + - only."
    mixed = "The letters of a name come from one alphabet."

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
    """Tell whether names may hold ``char``: letters and digits of any script, their marks and a few signs."""
    return char.isalnum() or char in _SIGNS or is_mark(char)


def is_mark(char: str) -> bool:
    """Whether ``char`` belongs to the letter before it, as vowels of Bengali, Hindi and Thai do."""
    return unicodedata.category(char).startswith("M")


def is_of_mixed_scripts(name: str) -> bool:
    scripts = set(unique_aliases(name)) - _ANY_SCRIPT
    others = scripts - {"LATIN"}
    if len(scripts) <= 1 or others <= _EAST_ASIAN:
        return False
    return len(others) > 1 or not others <= _BESIDE_LATIN
