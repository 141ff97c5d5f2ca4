"""Folding of texts: the form without case and accents in which texts are searched and compared."""

import re
import unicodedata

# Marks on Latin, Greek and Cyrillic letters. Marks of other scripts stay, because there they are vowels, and another
# vowel makes another word.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
# Letters that Unicode doesn't decompose, with what people type when the letter is not on their keyboard.
_PLAIN = str.maketrans({"\N{LATIN SMALL LETTER DOTLESS I}": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Return ``text`` without letter case, accents, Unicode spelling variants and repeated spaces.

    İSTANBUL and istanbul become one, and so do café and cafe. The result may be longer than ``text``.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", " ".join(_ACCENTS.sub("", plain).translate(_PLAIN).split()))
