"""Pauses before a failed job, event, webhook or refund is tried again."""

from datetime import timedelta

_FIRST, _LONGEST = timedelta(seconds=2), timedelta(hours=1)
# More doublings would only overflow: the longest pause is reached long before.
_DOUBLINGS = 30


def retry_pause(tries: int, *, first: timedelta = _FIRST, longest: timedelta = _LONGEST) -> timedelta:
    """Return the pause after ``tries`` failures (1 or more).

    The pause is ``first`` after one failure and doubles with each further one, up to ``longest``.
    """
    return min(first * 2 ** min(tries - 1, _DOUBLINGS), longest)
