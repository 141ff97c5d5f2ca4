"""The events that notifications publish."""

from utils.events import Event

message_posted = Event("notifications.message_posted", subject="user_id")
"""Tells that somebody wrote a message in a support thread.

Payload: ``message_id``. It is not sent for a thread that is opened without a message, nor when a thread is closed.
"""
