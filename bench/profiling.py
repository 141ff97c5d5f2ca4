"""Show where a workload spends its time, by calls of the WSGI application in this process."""

import cProfile
import io
import pstats
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from random import Random
from typing import Any

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bench.client import PROXY_HEADERS, BenchRequest
from bench.figures import say
from bench.workloads import BenchShop, Operation, Workload

_WARM_UP, _MEASURED, _PROFILED, _COUNTED = 20, 200, 200, 100
_FUNCTIONS = 40
_STATEMENT_WIDTH = 200
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b|(?<=\")s\d+_x\d+(?=\")")

Environ = dict[str, Any]


def profile(workload: Workload, shop: BenchShop) -> None:
    """Print what one operation of ``workload`` costs in this process, its statements, and the costliest functions.

    The requests of W8b that only prepare an operation are measured with it.
    """
    stream = workload.operations(shop, Random(0))  # noqa: S311 - must repeat itself
    _perform(_environs(islice(stream, _WARM_UP)))
    environs = _environs(islice(stream, _MEASURED))
    begin = time.process_time()
    _perform(environs)
    milliseconds = 1000 * (time.process_time() - begin) / _MEASURED
    say(f"{workload.key}, {workload.title}: {milliseconds:.2f} ms of this process's processor time for one operation")
    _show_statements(_environs(islice(stream, _COUNTED)))
    _show_functions(_environs(islice(stream, _PROFILED)))


def _environs(operations: Iterable[Operation]) -> list[Environ]:
    return [_environ(request) for operation in operations for request in operation]


def _environ(request: BenchRequest) -> Environ:
    headers = {**PROXY_HEADERS, "Accept": "application/json", **request.headers}
    made = RequestFactory().generic(
        request.method, request.path, request.body, content_type="application/json", headers=headers
    )
    return {**made.environ, "bench.request": request}


def _perform(environs: Sequence[Environ]) -> None:
    """Send the requests. Raise ``RuntimeError`` when one gets another answer than it wants."""
    from config.wsgi import application  # noqa: PLC0415 - it freezes what the garbage collector looks at

    status = ""

    def start(line: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
        nonlocal status
        status = line
        return lambda body: None

    for environ in environs:
        body = application(environ, start)
        b"".join(body)
        if hasattr(body, "close"):
            body.close()
        request: BenchRequest = environ["bench.request"]
        if not request.is_fulfilled_by(int(status.split()[0])):
            raise RuntimeError(f"{request.method} {request.path} answered {status}.")


def _show_statements(environs: Sequence[Environ]) -> None:
    """Print each statement of an operation: how often it runs, and the milliseconds until its answer."""
    with CaptureQueriesContext(connection) as captured:
        _perform(environs)
    seconds: dict[str, list[float]] = defaultdict(list)
    for query in captured:
        seconds[_without_values(query["sql"])].append(float(query["time"]))
    for sql, times in sorted(seconds.items(), key=lambda pair: -sum(pair[1])):
        say(f"  {len(times) / _COUNTED:5.1f} x {1000 * sum(times) / len(times):6.2f} ms  {sql[:_STATEMENT_WIDTH]}")


def _without_values(sql: str) -> str:
    """Return a statement with ``?`` for its values, so that its runs with different values count as one."""
    return _VALUE.sub("?", " ".join(sql.split()))


def _show_functions(environs: Sequence[Environ]) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(_perform, environs)
    output = io.StringIO()
    statistics = pstats.Stats(profiler, stream=output).strip_dirs()
    statistics.sort_stats("tottime").print_stats(_FUNCTIONS)
    statistics.sort_stats("cumulative").print_stats(_FUNCTIONS)
    say(output.getvalue())
