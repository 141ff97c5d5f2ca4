"""Ask the gateways now with ``manage.py reconcile_payments``, instead of in a minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from payments.services import reconcile


class Command(BaseCommand):
    help = "Ask the gateways about open payments and refunds, fetch and process messages; print what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="also ask about those that are not due yet")

    def handle(self, *args: Any, **options: Any) -> None:
        report = reconcile(everything=options["all"])
        found = ", ".join(f"{count} {state}" for state, count in sorted(report.found.items()))
        self.stdout.write(f"payments asked about: {report.asked}" + (f" ({found})" if found else ""))
        self.stdout.write(f"refunds sent or asked about: {report.refunds}")
        self.stdout.write(f"messages fetched: {report.fetched_events}, processed: {report.processed_events}")
        if report.confirmed:
            self.stdout.write(f"paid orders confirmed that were left pending: {report.confirmed}")
        for method, count in sorted(report.unreachable.items()):
            self.stderr.write(f"{method} did not answer {count} times")
        if report.failed:
            self.stderr.write(f"failed otherwise: {report.failed}; see the log")
