"""Writes: address books and shipments."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from shipping.models import Address, Shipment, ShipmentStatus, ShippingMethod


def address_save(*, user: User, address: Address | None = None, **fields: Any) -> Address:
    """Add an address, or change one; a new default takes the place of the old one."""
    with transaction.atomic():
        # The customer's row orders two requests that both set a default.
        User.objects.select_for_update().get(pk=user.pk)
        if fields.get("is_default"):
            Address.objects.filter(user=user, is_default=True).update(is_default=False)
        address = address or Address(user=user)
        for name, value in fields.items():
            setattr(address, name, value)
        address.save()
    return address


def shipment_create(*, method: ShippingMethod | None, **address: str) -> Shipment:
    """``address`` holds the fields of ``AddressFields``."""
    return Shipment.objects.create(method=method, **address)


def shipment_advance(*, shipment_id: int, status: ShipmentStatus) -> None:
    """Note that the parcel left, arrived or will not be sent; the same status again changes nothing."""
    times = {ShipmentStatus.SHIPPED: "shipped_at", ShipmentStatus.DELIVERED: "delivered_at"}
    fields: dict[str, Any] = {"status": status}
    if status in times:
        fields[times[status]] = timezone.now()
    Shipment.objects.filter(pk=shipment_id).exclude(status=status).update(**fields)


def shipment_track(*, shipment_id: int, carrier: str, tracking_number: str) -> None:
    Shipment.objects.filter(pk=shipment_id).update(carrier=carrier, tracking_number=tracking_number)
