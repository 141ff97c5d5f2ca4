"""The id of the request that is being served, for logs, problem documents and the audit log."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="-")

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id_for(offered: str) -> str:
    """Return the id that the client offers for its request when it is harmless, else a new one."""
    return offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex


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
