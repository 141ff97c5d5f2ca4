"""Make the sequences in which events can happen: a sample, or all of them."""

import os
from collections.abc import Sequence
from itertools import combinations, permutations
from typing import TypeVar

Event = TypeVar("Event")
IS_WHOLE = os.environ.get("WHOLE_SUITE") == "1"


def orderings(events: Sequence[Event], *, at_once: int = 4) -> list[tuple[Event, ...]]:
    """Return permutations of ``events``: all with ``WHOLE_SUITE=1`` in the environment, else a sample.

    The sample is the same each time. It holds every sequence of any ``at_once`` of the events, because a fault needs a
    few events in a certain sequence, and seldom all of them.
    """
    everything = list(permutations(range(len(events))))
    chosen = everything if IS_WHOLE else sample(everything, at_once=at_once)
    return [tuple(events[position] for position in order) for order in chosen]


def sample(everything: list[tuple[int, ...]], *, at_once: int) -> list[tuple[int, ...]]:
    """Choose the permutation with the most new sequences of ``at_once`` events, again and again until none is new."""
    missing = set(permutations(everything[0], at_once))
    chosen = []
    while missing:
        best = max(everything, key=lambda each: len(missing.intersection(combinations(each, at_once))))
        missing -= set(combinations(best, at_once))
        chosen.append(best)
    return chosen
