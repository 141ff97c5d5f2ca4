"""Print with ``manage.py settlement_report`` what moved, to compare it with the gateways' own statements."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from payments.selectors import settlements
from utils.money import display

_ROW = "{:<10}  {:<16}  {:<3}  {:>8}  {:>16}  {:>8}  {:>16}  {:>16}  {:>16}  {:>16}"
_HEAD = ("day (UTC)", "method", "", "captures", "captured", "refunds", "refunded", "came back", "charged back", "net")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-11-21") from error


class Command(BaseCommand):
    help = "Print captures, refunds and chargebacks by day, method and currency, both days included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=_day, required=True, help="first day, such as 2026-11-01")
        parser.add_argument("--to", dest="last", type=_day, required=True, help="last day")

    def handle(self, *args: Any, first: date, last: date, **options: Any) -> None:
        self.stdout.write(_ROW.format(*_HEAD))
        for row in settlements(first=first, last=last):
            code = row["currency"]
            captured, refunded, returned, charged_back, net = (
                display(row[name], code) for name in ("captured", "refunded", "returned", "charged_back", "net")
            )
            cells = (row["day"].isoformat(), row["method"], code, row["captures"], captured, row["refunds"], refunded)
            self.stdout.write(_ROW.format(*cells, returned, charged_back, net))
