"""Events of this app."""

from utils.events import Event

order_placed = Event("orders.order_placed")
"""A new order exists, with its stock reserved.

Payload: ``order_id``, ``user_id``. Not sent again when a repeated request gets the first answer.
"""

order_status_changed = Event("orders.order_status_changed")
"""An order took one step.

Payload: ``order_id``, ``user_id``, ``old``, ``new`` (values of OrderStatus). Sent for each step, also for those between
when staff skip forward; not for the first status, which ``order_placed`` tells, nor for the same status again.
"""
