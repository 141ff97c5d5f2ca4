"""Make HTML from sellers and imported files safe to show."""

import html
import re

import nh3

from catalog.markup import Tidied, tidied

_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre",
    "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
_ANY_TAG = re.compile(r"<[^>]*>")
_LINK = ' href="'


def clean_html(markup: str) -> str:
    """Reduce ``markup`` to text formatting, without scripts, styles, event handlers, frames or unusual URL schemes."""
    return cleaned(markup).markup


def cleaned(markup: str) -> Tidied:
    """Clean ``markup`` as ``clean_html`` does; the result also says whether anything was left out."""
    if "<" not in markup and "&" not in markup:
        return Tidied(markup, is_whole=True)
    tidy = tidied(markup, tags=_TAGS, attributes=_ATTRIBUTES)
    clean = _CLEANER.clean(tidy.markup)
    keeps_links = clean.count(_LINK) == tidy.markup.count(_LINK)
    return Tidied(clean.strip(), is_whole=tidy.is_whole and keeps_links)


def plain_text(markup: str) -> str:
    """Return the text of clean HTML without tags, for searching."""
    return " ".join(html.unescape(_ANY_TAG.sub(" ", markup)).split())
