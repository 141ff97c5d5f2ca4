"""A memory of this process for values that take long to make again."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keep values up to a total size of ``most``. Those that were not used for longest go first.

    A value that is larger than 1/64 of that is not kept. Several threads may use it.
    ``size`` is that of all values together.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.size = 0

    def get(self, key: K) -> V | None:
        """Return the value that is kept for ``key``, or ``None``."""
        found = self._values.get(key)
        if found is None:
            return None
        with suppress(KeyError):  # another thread may just have dropped it
            self._values.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, *, size: int) -> None:
        """Keep ``value``, in place of the one that is kept for ``key``. ``size`` is in the unit of ``most``."""
        if size > self._most // 64:
            return
        with self._lock:
            self.size += size - self._values.pop(key, (value, 0))[1]
            self._values[key] = value, size
            while self.size > self._most:
                self.size -= self._values.popitem(last=False)[1][1]

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Forget all values."""
        with self._lock:
            self._values.clear()
            self.size = 0
