"""The events that shipping publishes."""

from utils.events import Event

shipment_tracked = Event("shipping.shipment_tracked", subject="shipment_id")
"""Staff recorded a parcel's carrier and tracking number.

Payload: ``shipment_id``. Not sent when the parcel's status changes, because that follows the order's status.
"""
