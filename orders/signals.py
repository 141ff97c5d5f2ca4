"""The events that orders publish."""

from utils.events import Event

order_placed = Event("orders.order_placed", subject="user_id")
"""Tells that a new order exists, with its stock reserved.

Payload: ``order_id``, ``user_id``. It is not sent again when a repeated request gets the first answer.
"""

order_status_changed = Event("orders.order_status_changed", subject="user_id")
"""Tells that an order's status changed by one step.

Payload: ``order_id``, ``user_id``, ``old``, ``new`` (values of OrderStatus). It is sent for each step, also for those
that staff skip. It is not sent for the first status, which ``order_placed`` tells, nor when the status stays the same.
"""
