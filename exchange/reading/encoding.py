"""Find out which encoding a file is in: a person or the file itself says so, and nothing is guessed."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from exchange.errors import UnusableFile

# UTF-32's first mark begins with one of UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 256


@dataclass(frozen=True)
class Encoding:
    """Name an encoding. ``is_certain``: a person or a mark says so; otherwise every byte has to prove it."""

    name: str
    is_certain: bool

    @property
    def label(self) -> str:
        """Return the name as people write it."""
        return self.name.removesuffix("-sig").upper()


def encoding_of(file: BinaryIO, *, named: str = "") -> Encoding:
    """Find out the encoding of ``file``, which is left at its beginning. ``named``: what a person says it is.

    A file without a mark is taken for UTF-8, or for UTF-16 where its ASCII letters show zeros between them. Raises
    ``UnusableFile`` for a name that no encoding has, or that the file's mark contradicts.
    """
    head = file.read(_HEAD)
    file.seek(0)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if named:
        return Encoding(_agreed(_known(named), marked, head), is_certain=True)
    if marked:
        return Encoding(marked, is_certain=True)
    return Encoding(_unmarked_utf16(head) or "utf-8", is_certain=False)


def _known(named: str) -> str:
    """Look up the one name that Python has for an encoding."""
    try:
        # A codec that is not for text refuses this.
        "ab".encode(named).decode(named)
        return codecs.lookup(named).name
    except (LookupError, UnicodeError, ValueError) as error:
        raise UnusableFile(f"There is no text encoding {named!r}; windows-1251 and utf-16 are two.") from error


def _agreed(named: str, marked: str, head: bytes) -> str:
    """Take the mark where it says the same in more detail, since it has to be skipped."""
    family = named.removesuffix("-le").removesuffix("-be")
    if marked and not marked.startswith(family):
        raise UnusableFile(f"The file's first bytes say {marked.removesuffix('-sig').upper()}, and not {named}.")
    if named == "utf-16" and not marked:
        return _unmarked_utf16(head) or "utf-16-le"
    return marked or named


def _unmarked_utf16(head: bytes) -> str:
    """Recognise UTF-16 by its header, which is mostly ASCII: every second byte is zero. Blank for anything else."""
    even, odd = head[::2], head[1::2]
    if odd.count(0) > len(odd) / 2 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) / 2 and not odd.count(0):
        return "utf-16-be"
    return ""
