"""The events that the inventory publishes."""

from utils.events import Event

stock_depleted = Event("inventory.stock_depleted", subject="variant_id")
"""A variant's last available piece was reserved for an order.

Payload: ``variant_id``. Sent once for each order that brings the available pieces to zero. Not sent when staff take the
last pieces out, nor for variants that are not counted.
"""
