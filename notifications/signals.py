"""Events of this app."""

from utils.events import Event

message_posted = Event("notifications.message_posted")
"""Somebody wrote in a support thread.

Payload: ``message_id``. Not sent for a thread that is opened without a message, nor when one is closed.
"""
