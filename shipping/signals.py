"""Events of this app."""

from utils.events import Event

shipment_tracked = Event("shipping.shipment_tracked")
"""Staff noted a parcel's carrier and tracking number.

Payload: ``shipment_id``. Not sent for its status, which follows the order's.
"""
