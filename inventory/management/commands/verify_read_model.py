"""``manage.py verify_read_model``: check that every row of the product lists equals what it is derived from."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.listings import listing_faults
from inventory.models import Listing


class Command(BaseCommand):
    help = "Compare every row of the read model with what it is derived from. Exit status 1 if any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in listing_faults():
            faults += 1
            self.stderr.write(fault)
        checked = Listing.objects.count()
        if faults:
            raise CommandError(f"{faults} differences in {checked} rows. Run manage.py rebuild_read_model.")
        self.stdout.write(f"{checked} rows equal their source.")
