"""Events of this app."""

from utils.events import Event

payment_captured = Event("payments.payment_captured")
"""Money for an order has been received.

Payload: ``payment_id``, ``order_id``. The order's ``captured_total`` already holds it. Sent once for each capture; not
sent when a confirmation is repeated.
"""

payment_refunded = Event("payments.payment_refunded")
"""Money was given back.

Payload: ``refund_id``, ``payment_id``, ``order_id``. Sent once for each refund that succeeds; not when it is
asked for.
"""

refund_requested = Event("payments.refund_requested")
"""A refund is to be sent to its gateway.

Payload: ``refund_id``. Not sent for refunds that staff make by hand.
"""

gateway_event_stored = Event("payments.gateway_event_stored")
"""A gateway's message is in the inbox.

Payload: ``event_id`` (of ``GatewayEvent``). Not sent for a message that was there already.
"""
