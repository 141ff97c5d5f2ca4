"""How long to wait before something that failed is tried again: the one rule of jobs, events, messages and refunds."""

from datetime import timedelta

_FIRST, _LONGEST = timedelta(seconds=2), timedelta(hours=1)
# More would only overflow: whatever the first pause is, the longest is reached before.
_DOUBLINGS = 30


def retry_pause(tries: int, *, first: timedelta = _FIRST, longest: timedelta = _LONGEST) -> timedelta:
    """Tell the pause after ``tries`` failures (1 or more): ``first``, then twice the one before, up to ``longest``."""
    return min(first * 2 ** min(tries - 1, _DOUBLINGS), longest)
