"""Outlines: the ids of a filtered list in their order, kept until anything that guests see changes.

Counting a list, and finding the rows of a page far down, take longer the longer the list is. Both are done once for
each revision (``utils.revisions``). After that, every page of every list is found by the ids of its rows. They are kept
in the cache, for all processes, and those that were used last in this process's memory too.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import QuerySet

from utils.api.filters import StrictFilterBackend
from utils.api.revision import revision_of
from utils.recent import Recent

logger = logging.getLogger(__name__)

KEPT_SECONDS = 600
# How many rows are kept, and read, at once: so many pages that few pieces are read, and so few rows that it is quick.
PIECE = 500
# For how long this process uses a piece without asking the cache again, because of what no revision tells: rows that
# were written while their triggers were disabled.
NEAR_SECONDS = 60
_MOST_ROWS = 100_000


class _Near(NamedTuple):
    """Hold a piece in this process's memory. ``read_at`` is a time of the process's own clock, in seconds."""

    read_at: float
    rows: list[Any]


recent: Recent[str, _Near] = Recent(most=_MOST_ROWS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment_of(number: int) -> datetime:
    """Return the moment that an outline keeps as ``number``, in microseconds."""
    return _EPOCH + number * _MICROSECOND


def _numbers(row: int | tuple[int, datetime]) -> int | list[int]:
    """Return a row as the cache keeps it."""
    return row if isinstance(row, int) else [row[0], (row[1] - _EPOCH) // _MICROSECOND]


def _are_ours(rows: list[Any]) -> bool:
    if set(map(type, rows)) <= {int}:
        return True
    pairs = [row for row in rows if type(row) is not int]
    return all(type(pair) is list and [type(number) for number in pair] == [int, int] for pair in pairs)


def _is_count(number: Any, *, of: list[Any]) -> bool:
    """Return whether a list whose first piece is ``of`` can have ``number`` rows."""
    return type(number) is int and (number == len(of) or number > len(of) == PIECE)


class Outline:
    """Stand for a list in a paginator, which counts it and takes slices of it.

    ``name`` names the list: what it lists, for whom, filtered how. ``revision`` was read before anything of the list,
    so what is kept can't be older than it. ``select`` makes the list's parts, one after the other; it is called only
    when they are not kept. A part selects an id by ``values_list``, or an id and a moment, which is kept as a number
    (``moment_of``). What the cache gives back is checked, because other programs may write to it.
    """

    def __init__(self, name: str, revision: int, select: Callable[[], Sequence[QuerySet[Any]]]) -> None:
        digest = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        self._stem = f"outline:{digest}:{revision}"
        self._select = select

    @cached_property
    def _parts(self) -> Sequence[QuerySet[Any]]:
        return self._select()

    def count(self) -> int:
        """Return the number of rows."""
        return self._first[0]

    def __getitem__(self, span: slice) -> list[Any]:
        first, last = span.start // PIECE, max(span.stop - 1, span.start) // PIECE
        rows = [row for number in range(first, last + 1) for row in self._piece(number)]
        return rows[span.start - first * PIECE : span.stop - first * PIECE]

    @cached_property
    def _first(self) -> tuple[int, list[Any]]:
        """Return the number of all rows, and the first piece of them."""
        kept = self._kept("0")
        if kept and _is_count(kept[0], of=kept[1:]):
            return kept[0], kept[1:]
        rows = self._read(0)
        count = len(rows) if len(rows) < PIECE else sum(part.order_by().count() for part in self._parts)
        self._keep("0", [count, *rows])
        return count, rows

    def _piece(self, number: int) -> list[Any]:
        if number == 0:
            return self._first[1]
        rows = self._kept(str(number))
        if rows is None:
            rows = self._read(number * PIECE)
            self._keep(str(number), rows)
        return rows

    def _read(self, start: int) -> list[Any]:
        """Read a piece, which begins at the row number ``start`` of all parts together."""
        rows: list[Any] = []
        for part in self._parts:
            found = [_numbers(row) for row in part[start : start + PIECE - len(rows)]]
            rows += found
            if len(rows) == PIECE:
                break
            # The next part begins where this one ends.
            start = 0 if found or not start else max(start - part.order_by().count(), 0)
        return rows

    def _kept(self, name: str) -> list[Any] | None:
        key = f"{self._stem}:{name}"
        near = recent.get(key)
        if near is not None and near.read_at > time.monotonic() - NEAR_SECONDS:
            return near.rows
        try:
            rows = cache.get(key)
        except ValueError:
            logger.warning("The cache holds something that is not ours.")
            return None
        if not (isinstance(rows, list) and _are_ours(rows)):
            return None
        self._keep_near(key, rows)
        return rows

    def _keep(self, name: str, rows: list[Any]) -> None:
        key = f"{self._stem}:{name}"
        cache.set(key, rows, timeout=KEPT_SECONDS)
        self._keep_near(key, rows)

    @staticmethod
    def _keep_near(key: str, rows: list[Any]) -> None:
        recent.put(key, _Near(time.monotonic(), rows), size=len(rows))


def outline_of(view: Any, select: Callable[[], Sequence[QuerySet[Any]]], *, currency: str) -> Outline:
    """Return the outline of the list that ``view`` is asked for; ``select`` makes its parts.

    The list shows prices in ``currency``. The view shows the same list to all whom it answers with an outline, and the
    list changes with the revision only.

    Raise DRF's ``ValidationError`` for a query parameter that the view does not know.
    """
    request, paginator = view.request, view.paginator
    StrictFilterBackend().refuse_unknown(request, view)
    other = {paginator.page_query_param, paginator.page_size_query_param, "format"}
    asked = sorted((name, values) for name, values in request.query_params.lists() if name not in other)
    name = repr((type(view).__qualname__, request.path, currency, asked))
    return Outline(name, revision_of(request._request), select)
