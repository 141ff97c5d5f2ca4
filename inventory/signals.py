"""Events of this app."""

from utils.events import Event

stock_depleted = Event("inventory.stock_depleted")
"""A variant's last available piece was reserved for an order.

Payload: ``variant_id``. Sent once for each order that brings what is available to zero; not sent when staff book the
last pieces out, nor for variants that are not counted.
"""
