"""Kept answers in Redis, for all processes. Without Redis, each process keeps its own only.

Who writes to Redis could put anything there, so each answer is sealed with a keyed digest over its place and itself. An
answer that doesn't match its seal counts as none.
"""

import hashlib
import hmac
import time
from typing import Any

from django.conf import settings

from utils.api.answers.memory import KEPT_SECONDS, KeptAnswer
from utils.api.answers.places import Place
from utils.redis_trips import redis_trip
from utils.revisions import RevisionNumbers

_SEAL_BYTES = 32
# For how long another process may be making the answer before this one makes it too.
_WAIT_SECONDS = 3.0
_PAUSE_SECONDS = 0.01


def _seal(place: Place, data: bytes) -> bytes:
    key = hashlib.sha256(b"kept answers:" + settings.SECRET_KEY.encode()).digest()
    return hashlib.blake2b(repr(place).encode() + b"\n" + data, key=key, digest_size=_SEAL_BYTES).digest()


def _name(place: Place) -> str:
    return f"answer:{hashlib.sha256(repr(place).encode()).hexdigest()}"


def _open(place: Place, sealed: Any) -> KeptAnswer | None:
    """Return the answer in ``sealed``, or ``None`` when it is anything but an answer that this shop kept there."""
    if not isinstance(sealed, bytes):
        return None
    seal, data = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(place, data)):
        return None
    try:
        return KeptAnswer.load(data)
    except (ValueError, TypeError):  # of a release that kept other fields
        return None


def claim(place: Place, revision: RevisionNumbers, *, counts: bool) -> KeptAnswer | None:
    """Return the current answer that another process keeps or is making; return ``None`` when this one is to make it.

    Whoever gets ``None`` calls ``hand_over`` afterwards. ``revision`` is the current one. ``counts`` is passed on to
    ``KeptAnswer.is_current`` once, however often Redis is asked.
    """
    if not settings.REDIS_URL:
        return None
    give_up_at = time.monotonic() + _WAIT_SECONDS
    while (found := _ask(place)) is not None:
        sealed, is_ours = found
        answer = _open(place, sealed)
        if answer is not None:
            if answer.is_current(revision, counts=counts):
                if is_ours:
                    redis_trip(("DEL", _lock(_name(place))))
                return answer
            counts = False
        if is_ours or time.monotonic() > give_up_at:
            break
        time.sleep(_PAUSE_SECONDS)
    return None


def _lock(name: str) -> str:
    return f"{name}:lock"


def _ask(place: Place) -> tuple[Any, bool] | None:
    """Ask for what is kept at ``place``, and for the right to make it; return ``None`` when Redis doesn't answer.

    The right comes first: whoever gets it after another process has handed over then sees what that has made.
    """

    name = _name(place)
    claim = ("SET", _lock(name), "1", "NX", "PX", int(_WAIT_SECONDS * 1000))
    answers = redis_trip(claim, ("GET", name))
    return None if answers is None else (answers[1], answers[0] == b"OK")


def hand_over(place: Place, answer: KeptAnswer | None) -> None:
    """Give the other processes ``answer``; with ``None`` let them make it themselves."""
    if not settings.REDIS_URL:
        return

    name = _name(place)
    release = ("DEL", _lock(name))
    if answer is None:
        redis_trip(release)
        return
    data = answer.dump()
    redis_trip(("SET", name, _seal(place, data) + data, "EX", KEPT_SECONDS), release)
