"""Check with ``manage.py audit_money`` whether orders, payments, refunds and the ledger agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.audit import money_flaws
from payments.models import Payment


class Command(BaseCommand):
    help = "Compare the sums of orders and payments with the ledger and the refunds. Exit status 1 if any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for flaw in money_flaws():
            found += 1
            self.stderr.write(flaw)
        checked = Payment.objects.count()
        if found:
            raise CommandError(f"{found} flaws in the books of {checked} payments.")
        self.stdout.write(f"{checked} payments add up.")
