"""The events that orders publish.

``user_id`` is ``None`` for a guest's order. The subject of its events is the order.
"""

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

order_claimed = Event("orders.order_claimed", subject="user_id")
"""Tells that a guest's order belongs to a customer's account now.

Payload: ``order_id``, ``user_id``. Not sent when a customer claims an order that is theirs already.
"""


def subject_of(order_id: int, user_id: int | None) -> int | str:
    """Return what an event about an order names as its subject: the customer, or the order itself for a guest's."""
    return f"guest of order {order_id}" if user_id is None else user_id
