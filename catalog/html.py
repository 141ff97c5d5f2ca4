"""HTML that came from outside, made safe to show."""

import html
import re

import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre",
    "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
_ANY_TAG = re.compile(r"<[^>]*>")


def clean_html(markup: str) -> str:
    """``markup`` reduced to text formatting: no scripts, styles, event handlers, frames or odd addresses."""
    if "<" not in markup and "&" not in markup:
        return markup
    return _CLEANER.clean(markup).strip()


def plain_text(markup: str) -> str:
    """The words of clean HTML, for searching."""
    return " ".join(html.unescape(_ANY_TAG.sub(" ", markup)).split())
