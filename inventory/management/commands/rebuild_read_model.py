"""``manage.py rebuild_read_model``: derive the rows that product lists are read from anew."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.selectors import products_on_sale
from inventory.listings import listings_rebuild


class Command(BaseCommand):
    help = "Derive the read model of product lists anew, while the shop runs."

    def handle(self, *args: Any, **options: Any) -> None:
        total, done = products_on_sale().count(), 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self.stdout.write(f"{done} of {total} products")

        listings_rebuild(advance=advance)
        self.stdout.write("The read model is whole.")
