"""The postal address that a request hands over to a shipment."""

from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True)
class PostalAddress:
    """Hold an address as people write it, with the fields of ``shipping.models.AddressFields``."""

    street: str
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
