"""Make texts that users typed safe for the shop's mail, so that no mail program shows a link in them."""

import re

# Texts that mail programs turn into links, the most certain ones first. \w would miss a combining mark before the dot.
_PAGE_ADDRESS = re.compile(r"\S*(?:\w+://|\bwww\.|[^\s.]\.[^\s./]{2,}/)\S*|\bmailto:\S*", re.IGNORECASE)
_MAY_BE_A_HOST = re.compile(r"(?<=[^\s.])\.(?=\w*[^\W\d])")


def has_page_address(text: str) -> bool:
    """Return whether a mail program would show a part of ``text`` as a link."""
    return bool(_PAGE_ADDRESS.search(text))


def has_line_break(text: str) -> bool:
    """Return whether ``text`` has more than one line."""
    return len(text.splitlines()) > 1


def plain(text: str) -> str:
    """Put ``text`` on one line that no mail program shows as a link.

    URLs are removed. A word that may be the name of a host gets a space after each dot.
    """
    one_line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return " ".join(_MAY_BE_A_HOST.sub(". ", _PAGE_ADDRESS.sub("", one_line)).split())
