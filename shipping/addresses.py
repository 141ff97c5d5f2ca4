"""The postal address of an order, and the fields of an entry of the address book."""

from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True)
class PostalAddress:
    """Hold a postal address, with the fields of ``shipping.models.AddressFields``."""

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
