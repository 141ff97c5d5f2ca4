"""The count of the sockets that a user and an IP address keep open in this process.

All sockets of a process live in one event loop, so counting needs no lock.
"""

from collections import Counter

MOST_OF_USER = 20
MOST_OF_ADDRESS = 200

_open: Counter[str] = Counter()


def enter(*, user_id: int, address: str) -> bool:
    """Count another open socket and return ``True``; return ``False`` at the limit, where nothing is counted."""
    user, network = _keys(user_id, address)
    if _open[user] >= MOST_OF_USER or _open[network] >= MOST_OF_ADDRESS:
        return False
    _open.update((user, network))
    return True


def leave(*, user_id: int, address: str) -> None:
    """Take one socket out of the count that ``enter`` keeps."""
    for key in _keys(user_id, address):
        _open[key] -= 1
        if _open[key] <= 0:
            del _open[key]


def _keys(user_id: int, address: str) -> tuple[str, str]:
    return f"user {user_id}", f"address {address}"
