"""Change address books and parcels."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Unpack

from django.db import transaction
from django.utils import timezone

from accounts.audit import update_audited
from accounts.models import User
from accounts.services import account_lock
from shipping.addresses import AddressChanges, PostalAddress
from shipping.models import Address, Shipment, ShipmentStatus, ShippingMethod
from shipping.selectors import address_get
from shipping.signals import shipment_tracked
from utils.events import publish
from utils.versions import Versions, require_version, version_of

# A week has these from Monday on.
_WORKING_DAYS = 5


def address_create(*, user: User, **fields: Unpack[AddressChanges]) -> Address:
    """Add an address with these ``fields`` to the address book of ``user`` and return it.

    With ``is_default`` it becomes the default address. The previous default address stays in the book as an ordinary
    one. Raise ``TokenRefused`` when the account of ``user`` is erased.
    """
    with transaction.atomic():
        account_lock(user=user)
        _make_room_for_default(user, fields)
        return Address.objects.create(user=user, **fields)


def address_update(*, user: User, number: str, expected: Versions = None, **fields: Unpack[AddressChanges]) -> Address:
    """Change an address in the address book of ``user``. A new default address replaces the old one.

    ``expected`` are the versions that the caller may change (``address_tag``). Raise ``AddressNotFound`` when there is
    none with this number or it is somebody else's, and ``VersionChanged`` when the address has another version.
    """
    with transaction.atomic():
        account_lock(user=user)
        address = address_get(user=user, number=number)
        require_version(address_tag(address), expected)
        _make_room_for_default(user, fields)
        for name, value in fields.items():
            setattr(address, name, value)
        address.save(update_fields=list(fields))
        return address


def address_tag(address: Address) -> str:
    """Return the address's version: a text that changes whenever a field changes. The ETag is made from it."""
    shown = {field.attname: field.value_from_object(address) for field in address._meta.concrete_fields}
    return version_of("address", *shown.values())


def _make_room_for_default(user: User, fields: AddressChanges) -> None:
    """Make the current default address an ordinary one if ``fields`` describe a new default.

    The calling code holds the lock on the account, so changes to one address book run one after the other.
    """
    if fields.get("is_default"):
        update_audited(Address.objects.filter(user=user, is_default=True), is_default=False)


def shipment_new(*, method: ShippingMethod | None, address: PostalAddress) -> Shipment:
    """Make the parcel of an order of today, for the order to insert (``utils.trips.insert``).

    Today is the shop's day (``TIME_ZONE``).
    """
    parcel = Shipment(method=method, **asdict(address))
    if method is None:
        return parcel
    parcel.pickup_address = method.pickup_address if method.is_pickup else ""
    if method.min_days is not None and method.max_days is not None:
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        parcel.estimated_from = working_days_after(today, method.min_days)
        parcel.estimated_to = working_days_after(today, method.max_days)
    return parcel


def working_days_after(day: date, count: int) -> date:
    """Return the day that is ``count`` working days after ``day``, from Monday to Friday.

    Without any it is ``day`` itself, or the Monday after a weekend.
    """
    weekday = day.weekday()
    if not count:
        return day if weekday < _WORKING_DAYS else day + timedelta(days=7 - weekday)
    begin = day - timedelta(days=max(0, weekday - _WORKING_DAYS + 1))  # a weekend counts from its Friday
    weeks, rest = divmod(count, _WORKING_DAYS)
    weekend = 2 if begin.weekday() + rest >= _WORKING_DAYS else 0
    return begin + timedelta(weeks=weeks, days=rest + weekend)


def shipment_advance(*, shipment_id: int, status: ShipmentStatus) -> None:
    """Set a parcel's status, and the time when it was shipped or delivered. The same status again changes nothing."""
    times = {ShipmentStatus.SHIPPED: "shipped_at", ShipmentStatus.DELIVERED: "delivered_at"}
    fields: dict[str, str | datetime] = {"status": status}
    if status in times:
        fields[times[status]] = timezone.now()
    update_audited(Shipment.objects.filter(pk=shipment_id).exclude(status=status), **fields)


def shipment_track(*, shipment_id: int, carrier: str, tracking_number: str) -> None:
    """Record the carrier and the tracking number of a parcel."""
    with transaction.atomic():
        parcel = Shipment.objects.filter(pk=shipment_id)
        update_audited(parcel, carrier=carrier, tracking_number=tracking_number)
        publish(shipment_tracked, shipment_id=shipment_id)
