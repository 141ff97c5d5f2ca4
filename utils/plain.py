"""Words of strangers in mail that the shop signs."""

import re

# What a mail program turns into a link, from surest to least sure. Before the dot may be a mark, which no \w is.
_PAGE_ADDRESS = re.compile(r"\S*(?:\w+://|\bwww\.|[^\s.]\.[^\s./]{2,}/)\S*|\bmailto:\S*", re.IGNORECASE)
_MAY_BE_A_HOST = re.compile(r"(?<=[^\s.])\.(?=\w*[^\W\d])")


def has_page_address(text: str) -> bool:
    return bool(_PAGE_ADDRESS.search(text))


def has_line_break(text: str) -> bool:
    return len(text.splitlines()) > 1


def plain(text: str) -> str:
    """Put ``text`` on one line that no mail program shows as a link.

    Addresses of pages are left out; what may be the name of a host gets a space after each dot.
    """
    one_line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return " ".join(_MAY_BE_A_HOST.sub(". ", _PAGE_ADDRESS.sub("", one_line)).split())
