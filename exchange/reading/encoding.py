"""Find out a file's encoding. The user names it, or the file itself shows it; nothing is guessed."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from exchange.errors import UnusableFile

# UTF-32 comes before UTF-16, because its first mark begins with one of UTF-16's marks.
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
    """Hold the name of a text encoding.

    ``is_certain``: the user or a byte order mark named it. Otherwise each line is checked against it.
    """

    name: str
    is_certain: bool

    @property
    def label(self) -> str:
        """Return the encoding's name for messages, such as ``UTF-8``."""
        return self.name.removesuffix("-sig").upper()


def encoding_of(file: BinaryIO, *, named: str = "") -> Encoding:
    """Find out the encoding of ``file``, and go back to its beginning. ``named`` is the encoding that the user named.

    A file without a byte order mark is taken for UTF-8, or for UTF-16 when zeros stand between its ASCII letters. Raise
    ``UnusableFile`` when ``named`` is not an encoding, or when the file's byte order mark contradicts it.
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
    """Return Python's name for the encoding that the user named.

    Raise ``UnusableFile`` when Python has no text encoding of that name.
    """
    try:
        # A codec that is not for text fails here.
        "ab".encode(named).decode(named)
        return codecs.lookup(named).name
    except (LookupError, UnicodeError, ValueError) as error:
        raise UnusableFile(f"There is no text encoding {named!r}. Two examples are windows-1251 and utf-16.") from error


def _agreed(named: str, marked: str, head: bytes) -> str:
    """Return the encoding to read a file with, when the user has named one.

    Raise ``UnusableFile`` when the file itself contradicts that name.

    ``named`` is Python's name of the encoding that the user named. ``marked`` is the encoding of the byte order mark at
    the beginning of the file, or empty without a mark. When both agree, ``marked`` is returned, because Python skips
    the mark only under that name. ``head`` is the beginning of the file, which shows the byte order of UTF-16 without a
    mark.
    """
    family = named.removesuffix("-le").removesuffix("-be")
    if marked and not marked.startswith(family):
        raise UnusableFile(f"The file's first bytes say {marked.removesuffix('-sig').upper()}, and not {named}.")
    if named == "utf-16" and not marked:
        return _unmarked_utf16(head) or "utf-16-le"
    return marked or named


def _unmarked_utf16(head: bytes) -> str:
    """Return the name of a UTF-16 encoding without a byte order mark, or an empty text for any other encoding.

    A header is mostly ASCII, and in UTF-16 each ASCII character has one zero byte.
    """
    even, odd = head[::2], head[1::2]
    if odd.count(0) > len(odd) / 2 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) / 2 and not odd.count(0):
        return "utf-16-be"
    return ""
