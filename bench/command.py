"""The command line of the benchmark, and the order of a run."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import psycopg
from django.core.management import call_command
from django.db import Error

from bench import catalogue as catalogues
from bench import drive, fill, history
from bench.catalogue import Catalogue
from bench.database import DatabaseRefused, database_claimed, database_filled, database_prepare, lift_time_limit
from bench.figures import say
from bench.profiling import profile
from bench.runs import Load, Run, verify
from bench.scans import ScanWatch, avoid_own_scans
from bench.server import SERVERS, ServerFailed, Servers, free_port, servers_running
from bench.sockets import Audience, measure_sockets
from bench.workloads import ALL, EMPTY, BenchShop, Workload

_FAULTS = (DatabaseRefused, ServerFailed, RuntimeError, ValueError, OSError, psycopg.Error, Error, drive.Refused)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and return the exit status.

    It is 0 only when no request failed, nothing was oversold, the stock adds up, and no large table was read from end
    to end. For sockets, it is 0 only when no handshake and no update was lost.
    """
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminated)
    lift_time_limit()
    try:
        with database_claimed(os.environ["DATABASE_URL"]):
            catalogue = _prepare(options)
            tokens = fill.customers_sign_in()
            return _run(options, BenchShop(catalogue, tokens), tokens)
    except _FAULTS as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace, shop: BenchShop, tokens: Sequence[str]) -> int:
    if options.profile:
        for workload in options.profile:
            profile(workload, shop)
        return 0
    if options.what == "sockets":
        return measure_sockets(shop, tokens, Audience(options.sockets, options.updates, options.busy))
    avoid_own_scans()
    watch = ScanWatch()
    with servers_running(options.server, options.port or free_port()) as servers:
        if options.serve:
            return _serve(servers, tokens, options.customers)
        say(f"{options.server}, {options.connections} connections, {options.seconds:g} s each; {servers.describe()}")
        run = Run(shop, servers, Load(options.connections, options.warmup, options.seconds))
        errors = run.measure([EMPTY, *options.workloads] if options.empty else options.workloads)
    return 1 if errors + verify(watch) else 0


def _terminated(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _workloads(text: str) -> list[Workload]:
    known = {workload.key.lower(): workload for workload in (EMPTY, *ALL)}
    try:
        return [known[key.strip().lower()] for key in text.split(",")]
    except KeyError as error:
        raise argparse.ArgumentTypeError(f"{error} is none of {', '.join(w.key for w in ALL)}") from error


def _path(text: str) -> Path:
    """Return a path relative to the folder where the command was given. The script itself leaves that folder."""
    return Path(os.environ.get("BENCH_CALLED_FROM", "."), text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/bench", description="Measure the shop as production runs it.")
    parser.add_argument(
        "what", nargs="?", choices=("sockets",), help="measure open WebSockets; without it, the workloads"
    )
    parser.add_argument("--workloads", type=_workloads, default=ALL, metavar="W1,W5", help="default: all")
    parser.add_argument("--empty", action="store_true", help="measure an empty view first, and compare with it")
    parser.add_argument(
        "--profile", type=_workloads, metavar="W6", help="only show where these workloads spend their time"
    )
    parser.add_argument("--seconds", type=float, default=10, help="measured time per workload, W1 to W7 (default: 10)")
    parser.add_argument("--warmup", type=float, default=3, help="seconds before the measured time (default: 3)")
    parser.add_argument(
        "--connections", type=int, default=16, help="connections at the same time, W1 to W7 (default: 16)"
    )
    parser.add_argument("--server", choices=SERVERS, default=SERVERS[0], help="default: %(default)s")
    parser.add_argument("--port", type=int, help="default: a free one")
    parser.add_argument(
        "--catalog", type=_path, metavar="FILE", help="the catalogue as JSON; default: one that is made from a seed"
    )
    parser.add_argument(
        "--catalogue",
        type=int,
        default=catalogues.PRODUCTS,
        metavar="N",
        help="products to make (default: %(default)s)",
    )
    parser.add_argument("--history", type=int, default=0, metavar="N", help="old orders to make (default: none)")
    parser.add_argument("--fresh", action="store_true", help="create and fill the database anew")
    parser.add_argument("--serve", action="store_true", help="only start the shop, and keep it running until stopped")
    parser.add_argument(
        "--customers", type=_path, metavar="FILE", help="with --serve: write access tokens to this file"
    )
    parser.add_argument("--sockets", type=int, default=2_000, help="with sockets: how many (default: %(default)s)")
    parser.add_argument("--updates", type=int, default=300, help="with sockets: how many (default: %(default)s)")
    parser.add_argument("--busy", action="store_true", help="with sockets: keep all processors busy meanwhile")
    return parser


def _prepare(options: argparse.Namespace) -> Catalogue:
    given, number = options.catalog, options.catalogue
    catalogue = catalogues.read(given) if given else catalogues.generate(products=number)
    url, wanted = os.environ["DATABASE_URL"], f"{catalogue.fingerprint()}, {options.history} old orders"
    is_empty = database_prepare(url, wanted=wanted, fresh=options.fresh)
    call_command("migrate", verbosity=0)
    if is_empty:
        begin = time.monotonic()
        fill.fill(catalogue)
        if options.history:
            history.history_write(catalogue, options.history)
        fill.vacuum()
        database_filled(url, wanted=wanted)
        filled = f"{len(catalogue.items)} products, {fill.CUSTOMERS} customers, {options.history} old orders"
        say(f"{filled} in {time.monotonic() - begin:.0f} s")
    return catalogue


def _serve(servers: Servers, tokens: Sequence[str], customers: Path | None) -> int:
    if customers is not None:
        customers.write_text(json.dumps(list(tokens)))
    say(servers.describe())
    while True:
        servers.require_alive()
        time.sleep(1)
