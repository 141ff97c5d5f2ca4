"""A Redis of the test's own, which may be killed and stopped without disturbing others."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.support.server import free_port


class OwnRedis:
    """Run ``redis-server`` on a free port, without a file that outlives it."""

    def __init__(self, folder: Path) -> None:
        self._port, self._folder = free_port(), folder
        self._process: subprocess.Popen | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = ["redis-server", *options, "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while True:
            try:
                self.keys_held()
            except RedisError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def send(self, number: signal.Signals) -> None:
        """Send it a signal. After ``SIGKILL``, wait until it is gone."""
        assert self._process is not None
        self._process.send_signal(number)
        if number == signal.SIGKILL:
            self._process.wait()

    def keys_held(self) -> set[bytes]:
        """Return the names of all that it holds."""
        with Redis.from_url(self.url, socket_timeout=5) as client:
            return set(client.keys("*"))

    def forget(self) -> None:
        """Delete all that it holds."""
        with Redis.from_url(self.url, socket_timeout=5) as client:
            client.flushall()


@contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    """Run a Redis, and end it after the block in whatever state it is."""
    redis = OwnRedis(folder)
    redis.start()
    try:
        yield redis
    finally:
        redis.send(signal.SIGKILL)
