"""The events that the catalogue publishes."""

from utils.events import Event

review_written = Event("catalog.review_written", subject="user_id")
"""A customer wrote a review, or replaced it.

Payload: ``product_id``, ``user_id``. Not sent when one is deleted.
"""
