"""The shop in its own processes on a port of this machine, with the test's database.

On SQLite it is one daphne process, as ``scripts/run`` starts it; on PostgreSQL two WSGI worker processes, or one daphne
process for sockets.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 40


def database_url() -> str:
    """Return the URL of the test's database."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    password = f":{quote(config['PASSWORD'])}" if config["PASSWORD"] else ""
    return f"postgresql://{config['USER']}{password}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def daphne(port: int, application: str = "config.asgi:application") -> list[str]:
    return [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), application]


def two_workers(port: int, application: str = "config.wsgi:application") -> list[str]:
    granian = str(Path(sys.executable).parent / "granian")
    options = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--backlog", "1024"]
    return [granian, *options, "--host", "127.0.0.1", "--port", str(port), application]


@contextmanager
def running(command: list[str], port: int, *, log: Path | None = None, **environment: str) -> Iterator[str]:
    """Start ``command``, wait until it is ready, and yield its URL. Stop it and its children afterwards.

    The output goes to the file ``log``, if it is given. ``environment`` adds environment variables.
    """
    environ = {
        **{name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        **environment,
    }
    # A file, not a pipe: nobody reads the output meanwhile, and a full pipe would stop the server.
    with log.open("w+b") if log else TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        yield from _until_done(process, port, output)


def _until_done(process: subprocess.Popen, port: int, output: IO[bytes]) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(process, f"{address}/api/v1/health/", output)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def running_shop(**environment: str) -> AbstractContextManager[str]:
    """Run the shop with the server that suits the database: daphne on SQLite, two WSGI workers on PostgreSQL."""
    port = free_port()
    return running(daphne(port) if connection.vendor == "sqlite" else two_workers(port), port, **environment)


def running_naive_shop() -> AbstractContextManager[str]:
    """Run the shop without its guard on stock (``tests.support.naive_shop``)."""
    port, module = free_port(), "tests.support.naive_shop"
    if connection.vendor == "sqlite":
        return running(daphne(port, f"{module}:application"), port)
    return running(two_workers(port, f"{module}:wsgi_application"), port)


def running_daphne() -> AbstractContextManager[str]:
    port = free_port()
    return running(daphne(port), port)


def _wait_until_ready(process: subprocess.Popen, url: str, output: IO[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    process.kill()
    output.seek(0)
    raise RuntimeError(f"The server did not get ready:\n{output.read().decode()}")
