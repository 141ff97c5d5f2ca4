"""Export and erase what shipping holds about a person: their address book. (Parcels' addresses belong to orders.)"""

from typing import Any

from accounts.models import User
from accounts.privacy import declare
from shipping.models import Address, AddressFields

ADDRESS_FIELDS = [field.name for field in AddressFields._meta.local_fields]


def export(user: User) -> list[Any]:
    """Return the person's address book."""
    return list(Address.objects.filter(user=user).values(*ADDRESS_FIELDS, "is_default", "created_at"))


def erase(user: User) -> None:
    """Delete the person's address book."""
    Address.objects.filter(user=user).delete()


declare("addresses", export=export, erase=erase)
