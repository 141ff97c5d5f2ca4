"""Count the open sockets of each user and of each IP address in this process.

All sockets of a process live in one event loop, so counting needs no lock.
"""

from collections import Counter

MOST_OF_USER = 20
MOST_OF_ADDRESS = 200

_open: Counter[str] = Counter()


def enter(*, user_id: int, address: str) -> bool:
    """Count one more open socket and return ``True``. At the limit, count nothing and return ``False``."""
    user, network = _keys(user_id, address)
    if _open[user] >= MOST_OF_USER or _open[network] >= MOST_OF_ADDRESS:
        return False
    _open.update((user, network))
    return True


def leave(*, user_id: int, address: str) -> None:
    """Remove a closed socket, which ``enter`` counted, from the count of open sockets."""
    for key in _keys(user_id, address):
        _open[key] -= 1
        if _open[key] <= 0:
            del _open[key]


def _keys(user_id: int, address: str) -> tuple[str, str]:
    return f"user {user_id}", f"address {address}"
