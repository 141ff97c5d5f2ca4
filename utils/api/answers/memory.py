"""Kept answers, and the memory of this process that holds them."""

import json
import time
from dataclasses import dataclass

from utils.api.answers.places import Place
from utils.recent import Recent
from utils.revisions import RevisionNumbers

# An answer is made again after this time in any case, because of what no revision tells: a new release, for example, or
# a table that was written while its triggers were disabled.
KEPT_SECONDS = 60
# In a rush of orders, numbers of pieces in answers may be this old, as long as they are not 0.
PIECES_SECONDS = 2.0
# How often in a second this process makes an answer again just because numbers of pieces have changed.
_REFRESHES = 50

_MOST_BYTES = 32 * 1024 * 1024
# What Python needs beside the texts.
_OVERHEAD = 2048


class _Refreshes:
    """Count how often this process makes an answer again just for numbers of pieces."""

    def __init__(self) -> None:
        self._second = self._count = 0

    def may_go_on(self, now: float, *, counts: bool) -> bool:
        """Return whether there is room for one in the current second, and count it if it ``counts``."""
        if int(now) != self._second:
            self._second, self._count = int(now), 0
        self._count += counts
        return self._count <= _REFRESHES


_refreshes = _Refreshes()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """Hold an answer with status 200.

    ``made_at`` is a Unix time, in seconds. ``path`` is the path as a log may show it.
    """

    revision: RevisionNumbers
    made_at: float
    etag: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def dump(self) -> bytes:
        """Return the answer as bytes, for Redis."""
        head = {name: getattr(self, name) for name in self.__slots__ if name != "body"}
        return json.dumps(head).encode() + b"\n" + self.body

    @classmethod
    def load(cls, data: bytes) -> "KeptAnswer":
        """Return the answer that ``dump`` made ``data`` of."""
        head, _, body = data.partition(b"\n")
        fields = json.loads(head)
        headers = [(name, value) for name, value in fields.pop("headers")]
        return cls(**{**fields, "revision": RevisionNumbers(*fields["revision"])}, headers=headers, body=body)

    def is_current(self, revision: RevisionNumbers, *, counts: bool = True) -> bool:
        """Return whether the answer may be sent when ``revision`` is the current one.

        If it may not, only for its numbers of pieces, making it again is counted. Whoever asks more than once before
        that lets only one question count.
        """
        if self.revision.number != revision.number:
            return False
        now = time.time()
        age = now - self.made_at
        if self.revision.pieces != revision.pieces and (
            age > PIECES_SECONDS or _refreshes.may_go_on(now, counts=counts)
        ):
            return False
        return age < KEPT_SECONDS

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + _OVERHEAD


memory: Recent[Place, KeptAnswer] = Recent(most=_MOST_BYTES)
