"""Transactions of one request, and what they do last."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_last: ContextVar[list[Callable[[], None]] | None] = ContextVar("last", default=None)


@contextmanager
def whole_transaction() -> Iterator[None]:
    """Open a transaction, or join the ``whole_transaction`` around: an error then ends all of it.

    A joined block needs no savepoint, because nobody goes on after its error.
    """
    if _last.get() is not None:
        with transaction.atomic(savepoint=False):
            yield
        return
    actions: list[Callable[[], None]] = []
    token = _last.set(actions)
    try:
        with transaction.atomic():
            yield
            for action in actions:
                action()
            _last.set(None)  # what runs after the commit begins a transaction of its own
    finally:
        _last.reset(token)


def at_end(action: Callable[[], None]) -> None:
    """Run ``action`` as the last thing before the commit of the ``whole_transaction`` around.

    It is for locks that other requests wait for: nothing that could be done before then happens under them. An error
    of ``action`` ends the transaction.
    """
    actions = _last.get()
    if actions is None:
        raise RuntimeError("at_end needs a whole_transaction around it.")
    actions.append(action)
