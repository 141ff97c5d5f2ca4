"""What staff do with a parcel, on every admin page that shows one."""

from typing import Any

from django import forms

from shipping.models import Shipment
from shipping.services import shipment_track
from utils.admin import Button, Panel


class TrackingForm(forms.Form):
    carrier = forms.CharField(max_length=100, required=False)
    tracking_number = forms.CharField(max_length=100, required=False)


def tracking_panel(shipment: Shipment) -> Panel:
    """A form for who carries the parcel and under which number."""

    def run(fields: dict[str, Any], button: str) -> str:
        shipment_track(shipment_id=shipment.pk, **fields)
        return "Changed carrier and tracking number."

    initial = {"carrier": shipment.carrier, "tracking_number": shipment.tracking_number}
    return Panel("tracking", "Tracking", [Button("save", "Save")], run, TrackingForm, initial)
