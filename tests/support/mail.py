"""Read the mail that a test caused."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core import mail

from tests.support.jobs import run_jobs
from utils.events import deliver_due


def mailed() -> list[Any]:
    """Deliver every event, run every job, and return the mails that were sent. The outbox is empty afterwards."""
    deliver_due()
    run_jobs()
    sent, mail.outbox[:] = list(mail.outbox), []
    return sent


def code_in(message: Any) -> str:
    found = re.search(r"\b\d{6}\b", message.body)
    assert found, message.body
    return found[0]


def link_in(message: Any) -> str:
    found = re.search(r"https?://\S+", message.body)
    assert found, message.body
    return found[0]


def token_in(message: Any) -> str:
    """Return the token from the mailed link for a new password."""
    return urlsplit(link_in(message)).fragment


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"
