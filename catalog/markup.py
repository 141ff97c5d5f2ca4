"""Rewrite untrusted markup, so that the time and memory to clean it grow only in proportion to its length.

An HTML cleaner parses as browsers do. Browsers reopen an unclosed formatting element, such as ``<b>``, in each later
paragraph: 20 kB of ``<b a=1><p><b a=2><p>`` become 9 MB, and 500 kB use up all memory. In the rewritten markup every
formatting element ends with the element around it. Reopening them may add only a limited number of characters.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

_FORMATS = frozenset({"a", "b", "code", "em", "i", "s", "strong", "u"})
_VOID = frozenset({"br", "hr"})
_ENDS_A_PARAGRAPH = frozenset(
    {"blockquote", "div", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "ul"}
)
_BLOCKS = _ENDS_A_PARAGRAPH | {"tbody", "td", "th", "thead", "tr"}
_HOLDS_ITEMS = frozenset({"ol", "td", "th", "ul"})
_DEEPEST = 100
# The alternatives never backtrack, so the time is proportional to the length of the text, not to its square.
_TOKEN = re.compile(
    r"""
      <!--(?:-?>|.*?(?:--!?>|\Z))
    | <(?P<raw>script|style)(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])[^>]*(?:>|\Z)|\Z)
    | <(?P<end>/?)(?P<name>[a-z][^\s/<>]*+)(?P<rest>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>
    | <(?P<bare_end>/?)(?P<bare_name>[a-z][^\s/<>]*+)[^<>]*+>
    | <[!?/][^>]*(?:>|\Z)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'<>]++))?+""")


@dataclass(frozen=True)
class Tidied:
    """Hold cleaned markup. ``is_whole`` is true when no tag and no attribute was left out."""

    markup: str
    is_whole: bool


def tidied(markup: str, *, tags: Set[str], attributes: Mapping[str, Set[str]]) -> Tidied:
    """Rewrite ``markup`` with only the allowed ``tags`` and ``attributes`` (by tag), and close every tag."""
    writer = _Writer(tags, attributes, budget=len(markup))
    writer.read(markup)
    return Tidied(markup=writer.written(), is_whole=writer.is_whole)


class _Writer:
    """Write markup element by element.

    ``_open`` holds the open elements, the innermost last; each is a pair of its name and its opening tag. ``_waiting``
    holds the formatting elements to reopen before the next text or inline tag. ``budget`` is the number of characters
    that reopening them may add.
    """

    def __init__(self, tags: Set[str], attributes: Mapping[str, Set[str]], *, budget: int) -> None:
        self.is_whole = True
        self._tags = tags
        self._attributes = attributes
        self._budget = budget
        self._parts: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._waiting: list[tuple[str, str]] = []

    def read(self, markup: str) -> None:
        """Rewrite ``markup``; ``written`` then returns the result."""
        place = 0
        for token in _TOKEN.finditer(markup):
            self._text(markup[place : token.start()])
            place = token.end()
            name = (token["name"] or token["bare_name"] or token["raw"] or "").lower()
            if name not in self._tags:
                self.is_whole = self.is_whole and not name
            elif token["end"] or token["bare_end"]:
                self._end(name)
            else:
                self._start(name, token["rest"] or "")
        self._text(markup[place:])

    def written(self) -> str:
        """Close the open elements and return the rewritten markup."""
        self._close(len(self._open))
        return "".join(self._parts)

    def _text(self, text: str) -> None:
        if text.strip():
            self._open_again()
        self._parts.append(text.replace("<", "&lt;"))

    def _start(self, name: str, attributes: str) -> None:
        if name in _ENDS_A_PARAGRAPH:
            self._end("p")
        if name == "a":
            self._end("a")
        elif name == "li":
            self._end_item()
        if name not in _BLOCKS:
            self._open_again()
        tag = f"<{name}{self._allowed(name, attributes)}>"
        if name in _VOID:
            self._parts.append(tag)
        else:
            self._push(name, tag)

    def _allowed(self, name: str, attributes: str) -> str:
        allowed = self._attributes.get(name, frozenset())
        kept: dict[str, str] = {}
        for attribute, value in _ATTRIBUTE.findall(attributes):
            if attribute.lower() in allowed:
                kept.setdefault(attribute.lower(), value.strip("\"'").replace('"', "&quot;"))
            else:
                self.is_whole = False
        return "".join(f' {attribute}="{value}"' for attribute, value in kept.items())

    def _push(self, name: str, tag: str) -> None:
        if len(self._open) < _DEEPEST:
            self._parts.append(tag)
            self._open.append((name, tag))
        else:
            self.is_whole = False

    def _end_item(self) -> None:
        for name, _ in reversed(self._open):
            if name == "li":
                self._end("li")
            if name == "li" or name in _HOLDS_ITEMS:
                return

    def _end(self, name: str) -> None:
        """Handle a closing tag: close the innermost open element named ``name`` and the elements inside it.

        Formatting elements (such as ``b``) that are closed with it are added to ``_waiting``. If one in ``_waiting``
        has this name, only remove that one.
        """
        if self._forget_waiting(name):
            return
        places = [place for place, (open_name, _) in enumerate(self._open) if open_name == name]
        if places:
            inside = self._open[places[-1] + 1 :]
            self._close(len(inside) + 1)
            self._waiting += [element for element in inside if element[0] in _FORMATS]

    def _forget_waiting(self, name: str) -> bool:
        """Remove the last element named ``name`` from ``_waiting``; return whether there was one."""
        for place in reversed(range(len(self._waiting))):
            if self._waiting[place][0] == name:
                del self._waiting[place]
                return True
        return False

    def _close(self, count: int) -> None:
        for _ in range(count):
            name, _ = self._open.pop()
            self._parts.append(f"</{name}>")

    def _open_again(self) -> None:
        waiting, self._waiting = self._waiting, []
        for name, tag in waiting:
            self._budget -= len(tag)
            if self._budget >= 0:
                self._push(name, tag)
