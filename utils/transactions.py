"""Transactions of one request, and what they do last."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction


class _Action:
    """Hold what to do last.

    It is registered with Django as what to do after the commit, although it then does nothing: Django forgets it when
    the block that asked for it is rolled back to its savepoint.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act

    def __call__(self) -> None:
        """Do nothing."""

    @property
    def is_wanted(self) -> bool:
        """Return whether what asked for it was not rolled back."""
        return any(function is self for _, function, _ in transaction.get_connection().run_on_commit)


_last: ContextVar[list[_Action] | None] = ContextVar("last", default=None)


@contextmanager
def whole_transaction() -> Iterator[None]:
    """Open a transaction, or join the ``whole_transaction`` around: an error then ends all of it.

    A joined block needs no savepoint, because nobody goes on after its error.
    """
    if _last.get() is not None:
        with transaction.atomic(savepoint=False):
            yield
        return
    actions: list[_Action] = []
    token = _last.set(actions)
    try:
        with transaction.atomic():
            yield
            for action in actions:
                if action.is_wanted:
                    action.act()
            _last.set(None)  # what runs after the commit begins a transaction of its own
    finally:
        _last.reset(token)


def at_end(action: Callable[[], None]) -> None:
    """Run ``action`` as the last thing before the commit of the ``whole_transaction`` around.

    It is for locks that other requests wait for: nothing that could be done before then happens under them. An error
    of ``action`` ends the transaction. When a block is rolled back to its savepoint, what it asked for is left out.
    """
    actions = _last.get()
    if actions is None:
        raise RuntimeError("at_end needs a whole_transaction around it.")
    actions.append(registered := _Action(action))
    transaction.on_commit(registered)
