"""A mail server, aiosmtpd, on a port of this machine."""

import email
import email.policy
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.server import free_port


@dataclass
class Mailbox:
    """Keep the mails that arrived, and the ``callers`` that brought them: one for each connection.

    If ``refusal`` is set, the server answers with it and takes no mail, or none to ``refused``.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    callers: set[Any] = field(default_factory=set)
    refusal: str = ""
    refused: str = ""

    def found(self, pattern: str, *, to: str, count: int = 1) -> str:
        """Wait until ``pattern`` occurs ``count`` times in the mails to an address, and return the newest match."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            texts = [_text(message) for message in list(self.messages) if to in str(message["To"])]
            matches = [match for text in texts for match in re.findall(pattern, text)]
            if len(matches) >= count:
                return matches[-1]
            time.sleep(0.1)
        raise AssertionError(f"No such mail came to {to}.")

    def code(self, *, to: str, count: int = 1) -> str:
        return self.found(r"\b\d{6}\b", to=to, count=count)

    def link(self, *, to: str) -> str:
        return self.found(r"https?://\S+/\S+", to=to)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.callers.add(session.peer)
        if self.refusal and self.refused in str(envelope.rcpt_tos):
            return self.refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 Taken"


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return body.get_content() if body else ""


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()
