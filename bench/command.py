"""The command line of the benchmark, and the order of a run."""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NoReturn

import psycopg
from django.core.management import CommandError, call_command

from bench import catalogue as catalogues
from bench import drive, fill
from bench.catalogue import Catalogue
from bench.cpu import CpuMeter
from bench.database import DatabaseRefused, database_claimed, database_filled, database_prepare
from bench.figures import HEADINGS, LEGEND, Sample, Statements, figures, row, say
from bench.server import SERVERS, ServerFailed, Servers, free_port, servers_running
from bench.statements import count_statements
from bench.workloads import ALL, READY_SALE, SALE, BenchShop, Workload


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and return the exit status.

    It is 0 only when no request failed, nothing was oversold and the stock adds up.
    """
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        with database_claimed(os.environ["DATABASE_URL"]):
            catalogue = _prepare(options)
            shop = BenchShop(catalogue, tokens := fill.customers_sign_in())
            with servers_running(options.server, options.port or free_port()) as servers:
                if options.serve:
                    return _serve(servers, tokens, options.customers)
                return _measure(shop, servers, options)
    except (DatabaseRefused, ServerFailed, RuntimeError, ValueError, OSError, psycopg.Error, drive.Refused) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _terminated(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _workloads(text: str) -> list[Workload]:
    known = {workload.key.lower(): workload for workload in ALL}
    try:
        return [known[key.strip().lower()] for key in text.split(",")]
    except KeyError as error:
        raise argparse.ArgumentTypeError(f"{error} is none of {', '.join(w.key for w in ALL)}") from error


def _path(text: str) -> Path:
    """Return a path relative to the folder where the command was given. The script itself leaves that folder."""
    return Path(os.environ.get("BENCH_CALLED_FROM", "."), text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/bench", description="Measure the shop as production runs it.")
    parser.add_argument("--workloads", type=_workloads, default=ALL, metavar="W1,W5", help="default: all")
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
    parser.add_argument("--fresh", action="store_true", help="create and fill the database anew")
    parser.add_argument("--serve", action="store_true", help="only start the shop, and keep it running until stopped")
    parser.add_argument(
        "--customers", type=_path, metavar="FILE", help="with --serve: write access tokens to this file"
    )
    return parser


def _prepare(options: argparse.Namespace) -> Catalogue:
    catalogue = catalogues.read(options.catalog) if options.catalog else catalogues.generate()
    url, wanted = os.environ["DATABASE_URL"], catalogue.fingerprint()
    is_empty = database_prepare(url, wanted=wanted, fresh=options.fresh)
    call_command("migrate", verbosity=0)
    if is_empty:
        begin = time.monotonic()
        fill.fill(catalogue)
        database_filled(url, wanted=wanted)
        say(f"{len(catalogue.items)} products, {fill.CUSTOMERS} customers in {time.monotonic() - begin:.0f} s")
    return catalogue


def _serve(servers: Servers, tokens: list[str], customers: Path | None) -> int:
    if customers is not None:
        customers.write_text(json.dumps(tokens))
    say(servers.describe())
    while True:
        servers.require_alive()
        time.sleep(1)


def _measure(shop: BenchShop, servers: Servers, options: argparse.Namespace) -> int:
    say(f"{options.server}, {options.connections} connections, {options.seconds:g} s each; {servers.describe()}")
    say(row(HEADINGS))
    failures = sum(_measure_one(workload, shop, servers, options) for workload in options.workloads)
    say(LEGEND)
    try:
        call_command("verify_stock")
    except CommandError as error:
        say(str(error))
        failures += 1
    return 1 if failures else 0


def _measure_one(workload: Workload, shop: BenchShop, servers: Servers, options: argparse.Namespace) -> int:
    """Measure and print one workload; return the number of errors."""
    servers.require_alive()
    fill.carts_forget()
    fill.stock_set(shop.catalogue, drive.HOT_STOCK)
    statements = count_statements(workload, shop)
    fill.carts_forget()
    if servers.worker is not None and (waited := fill.wait_for_deliveries()) >= 1:
        say(f"     waited {waited:.0f} s for the worker to deliver the events of the workload before")
    if workload in (SALE, READY_SALE):
        return _sale(workload, shop, servers, statements)
    streams = [
        workload.operations(shop, Random(number))  # noqa: S311 - must repeat itself
        for number in range(options.connections)
    ]
    asyncio.run(drive.drive(servers.port, streams, options.warmup))
    with CpuMeter(servers.web.pid) as cpu:
        sample = asyncio.run(drive.drive(servers.port, streams, options.seconds))
    _print(workload, sample, statements, cpu.seconds)
    return sample.error_count


def _print(workload: Workload, sample: Sample, statements: Statements, cpu_seconds: float | None) -> None:
    say(figures(workload.key, workload.title, sample, statements, cpu_seconds))
    if sample.errors:
        say("     " + ", ".join(f"{count} x {error}" for error, count in sample.errors.most_common()))


def _sale(workload: Workload, shop: BenchShop, servers: Servers, statements: Statements) -> int:
    catalogue = shop.catalogue
    fill.stock_set(catalogue, drive.HOT_STOCK)
    sold_before = fill.stock_sold(catalogue)
    orders = asyncio.run(drive.prepare_carts(servers.port, shop)) if workload is READY_SALE else []
    with CpuMeter(servers.web.pid) as cpu:
        sale = drive.order_at_once(servers.port, orders) if orders else drive.sell_out(servers.port, shop)
        sample = asyncio.run(sale)
    _print(workload, sample, statements, cpu.seconds)
    sold, left = fill.stock_sold(catalogue) - sold_before, fill.stock_left(catalogue)
    oversold = max(0, sold - drive.HOT_STOCK)
    accepted = len(sample.seconds)
    say(f"     of {drive.HOT_STOCK} pieces: accepted {accepted}, sold {sold}, left {left}, oversold {oversold}")
    return sample.error_count + oversold
