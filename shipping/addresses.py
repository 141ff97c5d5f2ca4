"""The postal address of an order, and the fields of an entry of the address book."""

from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings

from utils.countries import country_code


@dataclass(frozen=True)
class PostalAddress:
    """Hold a postal address, with the fields of ``shipping.models.AddressFields``.

    ``street`` is empty only where nothing is delivered: in a quote, and for goods that are collected.
    """

    street: str = ""
    name: str = ""
    phone: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class AddressChanges(TypedDict, total=False):
    """Define the fields of an entry of the address book that can be added or changed."""

    street: str
    name: str
    phone: str
    city: str
    state: str
    postal_code: str
    country: str
    is_default: bool


def country_and_region(*, country: str, state: str) -> tuple[str, str]:
    """Return where rates of shipping and tax are looked up: a country's code and a region, as people write it.

    Without a ``country`` it is the shop's own, and its region without a ``state``. The code of a country that nobody
    knows is empty.
    """
    if country.strip():
        return country_code(country), state
    return settings.SHOP_COUNTRY, state or settings.SHOP_REGION
