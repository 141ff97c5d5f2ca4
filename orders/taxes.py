"""Read the tax rates of the place to which an order is sent."""

from collections.abc import Callable

from orders.models import TaxRate
from orders.pricing import TaxRule
from shipping.addresses import PostalAddress, country_and_region
from utils.sql import ModelColumns
from utils.text import fold
from utils.trips import send

_RATE = ModelColumns(TaxRate)
_OF_COUNTRY = f"""
SELECT {_RATE.of('"rate"')} FROM "orders_taxrate" "rate" WHERE "rate"."country" = %s ORDER BY "rate"."id"
""".strip()  # noqa: S608 - columns


def tax_rules(address: PostalAddress | None) -> Callable[[], tuple[TaxRule, ...]]:
    """Ask for the tax rates of the place of ``address``; without one, or without a country in it, of the shop's place.

    Rates of a region are used instead of those of its country, if it has any for a tax class. Return a function that
    reads the answer, so that it may be asked for in ``utils.trips.one_trip``.
    """
    where = address or PostalAddress()
    country, region = country_and_region(country=where.country, state=where.state)
    rows = send(_OF_COUNTRY, [country])
    return lambda: _of_region([_RATE.instance(iter(row)) for row in rows()], fold(region))


def _of_region(rates: list[TaxRate], region: str) -> tuple[TaxRule, ...]:
    own = {rate.tax_class for rate in rates if region and fold(rate.region) == region}
    return tuple(
        TaxRule(
            id=rate.pk,
            name=rate.name,
            percentage=rate.percentage,
            tax_class=rate.tax_class,
            is_for_shipping=rate.is_for_shipping and not rate.tax_class,
        )
        for rate in rates
        if (fold(rate.region) == region if rate.tax_class in own else not rate.region)
    )
