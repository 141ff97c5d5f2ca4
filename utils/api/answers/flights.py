"""One maker for each answer: whoever asks for it at the same time waits, and gets the same."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from utils.api.answers import shared
from utils.api.answers.memory import KeptAnswer, memory
from utils.api.answers.places import Place
from utils.revisions import RevisionNumbers

# How long to wait for another thread before making the answer oneself.
_WAIT_SECONDS = 5.0
_TRIES = 3


@dataclass(eq=False)
class Flight:
    """Hold an answer that is being made. ``is_kept`` tells those who waited whether they can look it up."""

    place: Place
    revision: RevisionNumbers
    landed: threading.Event = field(default_factory=threading.Event)
    is_kept: bool = False


_lock = threading.Lock()
_flights: dict[Place, Flight] = {}


def find_or_make(place: Place, read_revision: Callable[[], RevisionNumbers]) -> KeptAnswer | Flight | None:
    """Return the answer that is kept at ``place`` and current, or else the flight with which to make and keep it.

    Return ``None`` when the answer is to be made and not kept. Whoever gets a flight calls ``land``.
    """
    for _ in range(_TRIES):
        # Read before the answer is made, so that a change in between makes the answer outdated.
        revision = read_revision()
        answer = memory.get(place)
        if answer is not None and answer.is_current(revision):
            return answer
        with _lock:
            flight = _flights.get(place)
            if flight is None:
                flight = _flights[place] = Flight(place, revision)
                break
        if not (flight.landed.wait(_WAIT_SECONDS) and flight.is_kept):
            return None
    else:  # it changes faster than it is made
        return None
    try:
        found = shared.claim(place, revision, counts=answer is None)
    except BaseException:
        _end(flight, None)
        raise
    if found is None:
        return flight
    _end(flight, found)
    return found


def land(flight: Flight, answer: KeptAnswer | None) -> None:
    """Keep ``answer``, which was made for ``flight``, and let those who wait go on. ``None`` keeps nothing."""
    try:
        shared.hand_over(flight.place, answer)
    finally:
        _end(flight, answer)


def _end(flight: Flight, answer: KeptAnswer | None) -> None:
    if answer is not None:
        memory.put(flight.place, answer, size=answer.size)
        flight.is_kept = True
    with _lock:
        _flights.pop(flight.place, None)
    flight.landed.set()
