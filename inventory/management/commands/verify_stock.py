"""``manage.py verify_stock``: check every stock balance against its movements and reservations."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.models import StockItem
from inventory.selectors import discrepancies


class Command(BaseCommand):
    help = "Compare every stock balance with its movements and reservations. Exit status 1 if any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = discrepancies()
        for row in found:
            self.stderr.write(
                f"stock item {row.stock_item}: on hand {row.on_hand}, movements {row.moved}; "
                f"reserved {row.reserved}, active reservations {row.promised}"
            )
        checked = StockItem.objects.count()
        if found:
            raise CommandError(f"{len(found)} of {checked} stock items do not add up.")
        self.stdout.write(f"{checked} stock items add up.")
