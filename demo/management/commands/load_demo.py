"""``manage.py load_demo``: fill an empty shop with invented products, so that there is something to try."""

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from accounts.models import User
from catalog.models import Category, Product, ProductImage, Review, Variant
from demo import catalogue, loading, people
from shipping.models import ShippingMethod, ShippingRate
from utils.money import quantize

# Name, code, description, price, and the order value from which on it is free. Amounts are in the shop's currency,
# before rounding.
_SHIPPING = (
    ("Standard", "standard", "Three to five working days", Decimal("4.90"), Decimal(50)),
    ("Express", "express", "The next working day", Decimal("14.90"), None),
)


class Command(BaseCommand):
    help = "Load the demo catalogue, unless there are products already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--users",
            action="store_true",
            help="create the demo users even when DEBUG is off; everybody knows their passwords",
        )

    def handle(self, *args: Any, users: bool, **options: Any) -> None:
        if Product.objects.exists():
            self.stdout.write("The shop has products already, so no demo is loaded.")
            if known := {person: account for person in people.USERS if (account := people.user_of(person))}:
                self._show_sign_ins(known)
            return
        started = time.monotonic()
        demo = catalogue.read_catalogue()
        with transaction.atomic():
            accounts = {person: people.user_create(person) for person in people.USERS if users or settings.DEBUG}
            loading.load_catalogue(demo, seller=accounts.get(people.SELLER))
            customer = accounts.get(people.CUSTOMER)
            if customer:
                loading.load_reviews(demo.reviews, customer=customer)
            _make_shipping_methods()
        self._summarise(seconds=time.monotonic() - started)
        self._show_sign_ins(accounts)

    def _summarise(self, *, seconds: float) -> None:
        counts = (
            f"{Product.objects.count()} products ({Variant.objects.count()} variants, "
            f"{ProductImage.objects.count()} pictures, {Review.objects.count()} reviews) "
            f"in {Category.objects.count()} categories"
        )
        self.stdout.write(f"Demo loaded in {seconds:.1f} s: {counts}.")

    def _show_sign_ins(self, accounts: Mapping[people.DemoUser, User | None]) -> None:
        if not accounts:
            self.stdout.write(
                "No demo users were created: DEBUG is off, and everybody knows their passwords. --users creates them."
            )
            return
        self.stdout.write("Sign in as:")
        for person, account in accounts.items():
            secret = person.password if account else "(existed before, and was not changed)"
            self.stdout.write(f"  {person.username:<10} {secret}")


def _make_shipping_methods() -> None:
    """Create the demo's shipping methods. Methods that the shop already has stay as they are."""
    currency = settings.DEFAULT_CURRENCY
    for position, (name, code, description, price, free_from) in enumerate(_SHIPPING, start=1):
        method, _ = ShippingMethod.objects.get_or_create(
            code=code, defaults={"name": name, "description": description, "position": position}
        )
        rate = {
            "price": quantize(price, currency),
            "free_from": None if free_from is None else quantize(free_from, currency),
        }
        ShippingRate.objects.get_or_create(method=method, currency=currency, defaults=rate)
