"""The form for a parcel's carrier and tracking number, on every admin page that shows a parcel."""

from typing import Any

from django import forms

from shipping.models import Shipment
from shipping.services import shipment_track
from utils.admin import Button, Panel


class TrackingForm(forms.Form):
    carrier = forms.CharField(max_length=100, required=False)
    tracking_number = forms.CharField(max_length=100, required=False)


def tracking_panel(shipment: Shipment) -> Panel:
    """Make the panel in which staff enter the parcel's carrier and tracking number."""

    def run(fields: dict[str, Any], button: str) -> str:
        shipment_track(shipment_id=shipment.pk, **fields)
        return "The carrier and the tracking number were saved."

    initial = {"carrier": shipment.carrier, "tracking_number": shipment.tracking_number}
    return Panel("tracking", "Tracking", [Button("save", "Save")], run, TrackingForm, initial)
