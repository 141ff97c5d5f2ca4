"""The events that the catalogue publishes, and the signal by which it tells what products show."""

from django.dispatch import Signal

from utils.events import Event

review_written = Event("catalog.review_written", subject="user_id")
"""A customer wrote a review, or replaced it.

Payload: ``product_id``, ``user_id``. Not sent when one is deleted.
"""

products_changed = Signal()
"""Something that products show has changed: a name, price, picture, rating, variant or status.

Argument: ``product_ids``, a set. It is sent inside the transaction of the change, while the products' rows are locked,
and whoever hears it writes in the same transaction: unlike an event, it is never late. Not sent when stock changes.
"""
