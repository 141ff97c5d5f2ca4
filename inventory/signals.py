"""Events of this app."""

from utils.events import Event

stock_depleted = Event("inventory.stock_depleted")
"""A variant's last available piece was reserved or taken.

Payload: ``variant_id``. Sent once for each transaction that brings what is available to zero; not sent by verify_stock,
nor for variants that are not counted.
"""
