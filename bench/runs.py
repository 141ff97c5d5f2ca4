"""Measure the workloads one after the other, and print their figures."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.core.management import CommandError, call_command

from bench import drive, fill
from bench.cpu import CpuMeter, database_pid
from bench.figures import (
    DATABASE,
    HEADINGS,
    LEGEND,
    SERVER,
    WORKER,
    Sample,
    Statements,
    cpu_of_one,
    figures,
    row,
    say,
)
from bench.scans import ScanWatch
from bench.server import Servers
from bench.statements import count_statements
from bench.workloads import EMPTY, READY_SALE, SALE, BenchShop, Workload


@dataclass(frozen=True)
class Load:
    """Hold how much load there is, and for how many seconds."""

    connections: int
    warmup: float
    seconds: float


class Run:
    """Measure workloads on running servers."""

    def __init__(self, shop: BenchShop, servers: Servers, load: Load) -> None:
        self._shop = shop
        self._servers = servers
        self._load = load
        self._empty: float | None = None
        self._database = database_pid()

    def measure(self, workloads: Sequence[Workload]) -> int:
        """Measure and print the workloads; return the number of errors."""
        say(row(HEADINGS))
        errors = sum(self._measure_one(workload) for workload in workloads)
        say(LEGEND)
        return errors

    def _measure_one(self, workload: Workload) -> int:
        self._servers.require_alive()
        fill.carts_forget()
        fill.stock_set(self._shop.catalogue, drive.HOT_STOCK)
        statements = count_statements(workload, self._shop)
        fill.carts_forget()
        waited = self._wait_for_worker()
        if waited >= 1:
            say(f"     waited {waited:.0f} s for the worker to finish what the workload before has left")
        if workload in (SALE, READY_SALE):
            return self._sell(workload, statements)
        streams = [
            workload.operations(self._shop, Random(number))  # noqa: S311 - must repeat itself
            for number in range(self._load.connections)
        ]
        asyncio.run(drive.drive(self._servers.port, streams, self._load.warmup))
        self._wait_for_worker()
        with self._meter() as cpu:
            sample = asyncio.run(drive.drive(self._servers.port, streams, self._load.seconds))
            self._wait_for_worker()  # what it does later belongs to these operations, too
        self._print(workload, sample, statements, cpu)
        return sample.error_count

    def _wait_for_worker(self) -> float:
        return fill.wait_for_worker() if self._servers.worker is not None else 0

    def _meter(self) -> CpuMeter:
        worker = self._servers.worker
        return CpuMeter(
            {SERVER: self._servers.web.pid, WORKER: worker.pid if worker else None, DATABASE: self._database}
        )

    def _print(self, workload: Workload, sample: Sample, statements: Statements, meter: CpuMeter) -> None:
        cpu = cpu_of_one(sample, meter.seconds)
        if workload is EMPTY:
            self._empty = sum(cpu.values())
        say(figures(workload.key, workload.title, sample, statements, cpu, self._empty))
        if sample.errors:
            say("     " + ", ".join(f"{count} x {error}" for error, count in sample.errors.most_common()))

    def _sell(self, workload: Workload, statements: Statements) -> int:
        catalogue, port = self._shop.catalogue, self._servers.port
        fill.stock_set(catalogue, drive.HOT_STOCK)
        sold_before = fill.stock_sold(catalogue)
        orders = asyncio.run(drive.prepare_carts(port, self._shop)) if workload is READY_SALE else []
        with self._meter() as cpu:
            sale = drive.order_at_once(port, orders) if orders else drive.sell_out(port, self._shop)
            sample = asyncio.run(sale)
            self._wait_for_worker()
        self._print(workload, sample, statements, cpu)
        sold, left = fill.stock_sold(catalogue) - sold_before, fill.stock_left(catalogue)
        oversold = max(0, sold - drive.HOT_STOCK)
        accepted = len(sample.seconds)
        say(f"     of {drive.HOT_STOCK} pieces: accepted {accepted}, sold {sold}, left {left}, oversold {oversold}")
        return sample.error_count + oversold


def verify(watch: ScanWatch) -> int:
    """Check what the workloads left behind; return the number of faults. The servers have stopped."""
    scans = watch.found()
    for found in scans:
        say(f"read from end to end: {found}")
    try:
        call_command("verify_stock")
    except CommandError as error:
        say(str(error))
        return len(scans) + 1
    return len(scans)
