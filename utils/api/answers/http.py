"""What HTTP says about keeping an answer: ``ETag``, ``Cache-Control``, ``Vary`` and ``Surrogate-Key``."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from utils.versions import VERSION_END

# Maps each action (of a view without actions: the method ``get``) to the function that names what its answers show.
Kept = dict[str, Callable[[Any], Iterable[str]]]

_VARY = ("Accept", "Authorization", "Cookie", "Origin", "X-Cart-Token", "X-Currency", "X-Order-Token")


def kept_by(view: Any) -> Callable[[Any], Iterable[str]] | None:
    """Return the function that names what the answers of ``view`` to GET show; ``None`` when they are not kept."""
    actions = getattr(view, "actions", None)
    kept: Kept = getattr(getattr(view, "cls", None), "kept", {})
    return kept.get(actions.get("get") if actions else "get")


def cache_control() -> str:
    """Return the header with which everybody may keep a guest's answer, and asks before sending it again.

    With ``CACHE_SECONDS``, shared caches send it again for so long without asking.
    """
    shared = f", s-maxage={settings.CACHE_SECONDS}" if settings.CACHE_SECONDS else ""
    return f"public, max-age=0{shared}, must-revalidate"


def add_headers(response: HttpResponse, shown: Iterable[str]) -> None:
    """Add the headers to a guest's answer with status 200. ``shown`` names what it shows.

    The ``ETag`` changes with every byte. Where the answer has a version, the tag begins with it, for ``If-Match``.
    """
    digest = hashlib.blake2b(response.content, digest_size=8).hexdigest()
    version = response.get("ETag", "").strip('"')
    response["ETag"] = f'"{version}{VERSION_END if version else ""}{digest}"'
    response["Cache-Control"] = cache_control()
    response["Surrogate-Key"] = " ".join(dict.fromkeys(shown))
    patch_vary_headers(response, _VARY)


def is_known(etag: str, if_none_match: str) -> bool:
    """Return whether a client with this ``If-None-Match`` has the answer with the tag ``etag`` already."""
    if not if_none_match:
        return False
    tags = parse_etags(if_none_match)
    return tags == ["*"] or any(tag.removeprefix("W/") == etag for tag in tags)


def is_about_the_body(header: str) -> bool:
    """Return whether an answer without a body (304) leaves ``header`` out."""
    return header.lower() in {"content-encoding", "content-language", "content-length", "content-type"}
