"""The id of the request that is being served, for logs, problem documents and the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """Return the id of the request that is being served, or ``-`` outside of one."""
    return _current.get()


@contextmanager
def serving(request_id: str) -> Iterator[None]:
    """Make ``request_id`` the current request id inside the ``with`` block."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
