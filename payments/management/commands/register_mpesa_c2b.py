"""Register the shop's URLs for pay bill payments at M-Pesa with ``manage.py register_mpesa_c2b``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.gateways.errors import GatewayFailure
from payments.gateways.mpesa import by_hand


class Command(BaseCommand):
    help = "Register the URLs for payments to the pay bill at M-Pesa; needed once, and for a new MPESA_C2B_TOKEN."

    def handle(self, *args: Any, **options: Any) -> None:
        if not by_hand.addresses():
            raise CommandError("MPESA_C2B_TOKEN is missing: without it the shop has no such URLs.")
        try:
            by_hand.register()
        except GatewayFailure as failure:
            raise CommandError(failure.detail) from failure
        self.stdout.write("M-Pesa has accepted the URLs.")
