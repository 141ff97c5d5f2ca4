"""Start and stop the processes that are measured: the web server with its workers, and the shop's job worker."""

import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.management import get_commands

from bench.client import HOST

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "var" / "bench"
SERVERS = ("granian", "gunicorn")
_READY = "/api/v1/health/"
_STARTS_WITHIN_SECONDS = 60
_STOPS_WITHIN_SECONDS = 10

# The Dockerfile's values, in the variables that the servers read themselves. The environment overrides them.
_GRANIAN = {"GRANIAN_WORKERS": "2", "GRANIAN_BLOCKING_THREADS": "8", "GRANIAN_LOG_LEVEL": "warning"}
_GUNICORN = {"GUNICORN_CMD_ARGS": "--workers 2 --worker-class gthread --threads 4 --log-level warning"}


class ServerFailed(Exception):
    """Report that a process did not start, or ended too early."""


@dataclass(frozen=True)
class Servers:
    """Hold the running processes.

    ``web`` is the process whose children serve the requests. ``worker`` is ``None`` when the shop has no job worker.
    """

    port: int
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None

    def describe(self) -> str:
        """Return the URL and the process ids, for people to read."""
        worker = f", worker {self.worker.pid}" if self.worker else ", no worker"
        return f"http://{HOST}:{self.port} (pids: web server {self.web.pid}{worker})"

    def require_alive(self) -> None:
        """Raise ``ServerFailed`` when a process has ended."""
        for name, process in (("web", self.web), ("worker", self.worker)):
            if process is not None and process.poll() is not None:
                raise ServerFailed(f"The {name} process ended with {process.returncode}; see {LOGS}/{name}.log.")


def free_port() -> int:
    """Return a port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def servers_running(server: str, port: int) -> Iterator[Servers]:
    """Start the shop on ``port`` and wait until it is ready; stop it after the block.

    ``server`` is one of ``SERVERS``, or ``daphne``, which serves WebSockets. Raise ``ServerFailed`` when the port is
    taken, or the shop does not get ready.
    """
    _require_free(port)
    with ExitStack() as stack:
        web = stack.enter_context(_running("web", *_command(server, port)))
        worker = None
        if "worker" in get_commands():
            worker = stack.enter_context(_running("worker", [sys.executable, "manage.py", "worker"], {}))
        servers = Servers(port, web, worker)
        _wait_until_ready(servers)
        yield servers


def _command(server: str, port: int) -> tuple[list[str], dict[str, str]]:
    if importlib.util.find_spec(server) is None:
        raise ServerFailed(f"{server} is not installed for {sys.executable}.")
    if server == "daphne":
        address = ["--bind", HOST, "--port", str(port), "--verbosity", "0"]
        return [sys.executable, "-m", "daphne", *address, "config.asgi:application"], {}
    application = "config.wsgi:application"
    if server == "gunicorn":
        return [sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", application], _GUNICORN
    address = ["--host", HOST, "--port", str(port)]
    return [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", *address, application], _GRANIAN


@contextmanager
def _running(name: str, command: list[str], defaults: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` during the block, in a process group of its own.

    So all its processes can be stopped together, and Ctrl-C reaches only the benchmark itself. ``defaults`` are
    environment variables; those that are set already keep their value.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            command, cwd=ROOT, env={**defaults, **os.environ}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process with all its children, and kill them if they do not stop in time.

    A server that is told to stop while it starts may never stop, and a second Ctrl-C must not leave it running.
    """
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(_STOPS_WITHIN_SECONDS)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ServerFailed(f"Port {port} is taken.") from error


def _wait_until_ready(servers: Servers) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        servers.require_alive()
        if _is_ready(servers.port):
            return
        time.sleep(0.1)
    raise ServerFailed(f"The server did not get ready; see the logs in {LOGS}.")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", _READY)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
