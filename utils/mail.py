"""Mail from templates, each with a text and an HTML version."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.policy import Compat32
from secrets import token_hex
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

# Asks for no out-of-office replies (RFC 3834).
_HEADERS = {"Auto-Submitted": "auto-generated"}


_kept: ContextVar[BaseEmailBackend | None] = ContextVar("mail_connection", default=None)


class _Policy(Compat32):
    """Write short ASCII headers as they are. The ``email`` package would spend more time on them than on the text."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = f"{name}: {value}"
        if isinstance(value, str) and line.isascii() and line.isprintable() and len(line) < _SHORT:
            return f"{line}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_SHORT = 76
_POLICY = _Policy()


class _Message(EmailMultiAlternatives):
    def message(self, **options: Any) -> Any:
        message = super().message(**options)
        message.policy = _POLICY
        message.set_boundary(token_hex(16))  # otherwise the text would be searched for a boundary that it does not hold
        return message


class MailRefused(Exception):
    """Report the mail server's refusal, without e-mail addresses, because this text is logged and kept with the job."""


@contextmanager
def mail_connection() -> Iterator[None]:
    """Send all mail within the block over one connection to the mail server.

    Raise ``MailRefused`` when the mail server refuses the connection, or ``OSError`` when it doesn't answer.
    """
    connection = get_connection()
    try:
        connection.open()
    except SMTPException as error:
        raise MailRefused(_answer(error)) from None
    token = _kept.set(connection)
    try:
        yield
    finally:
        _kept.reset(token)
        _close(connection)


def _close(connection: BaseEmailBackend) -> None:
    # Mail that was taken is sent, whatever the server says to the goodbye.
    with suppress(OSError):
        connection.close()


def mail_send(*, to: str, subject: str, template: str, **context: Any) -> None:
    """Send ``template``.txt with ``template``.html as its alternative; call it from a job, as it waits for the server.

    Raise ``MailRefused`` when the mail server refuses the mail, or ``OSError`` when it doesn't answer; the job is then
    tried again.
    """
    context = {"subject": subject, "shop_url": settings.FRONTEND_URL, **context}
    text = render_to_string(f"{template}.txt", context)
    connection = _kept.get()
    message = _Message(subject, text, None, [to], headers=_HEADERS, connection=connection)
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    try:
        message.send()
    except (SMTPException, OSError) as error:
        if connection:
            _close(connection)  # it may be broken; the next mail opens a new one
        if isinstance(error, SMTPException):
            raise MailRefused(_answer(error)) from None
        raise


def _answer(error: SMTPException) -> str:
    """Return the kind of error and the server's codes."""
    codes = [error.smtp_code] if isinstance(error, SMTPResponseException) else []
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    return f"{type(error).__name__} {codes}"
