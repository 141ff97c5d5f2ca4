"""Mail from templates: a text and an HTML version of each."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

# So that no out-of-office reply comes back (RFC 3834).
_HEADERS = {"Auto-Submitted": "auto-generated"}


class MailRefused(Exception):
    """What the mail server answered, without the addresses: this text is logged and kept with the job."""


def mail_send(*, to: str, subject: str, template: str, **context: Any) -> None:
    """Send ``template``.txt with ``template``.html as its alternative, from a job: this waits for the mail server.

    Raises ``MailRefused``, or ``OSError`` without an answer, for the job to be tried again.
    """
    context = {"subject": subject, "shop_url": settings.FRONTEND_URL, **context}
    text = render_to_string(f"{template}.txt", context)
    message = EmailMultiAlternatives(subject, text, None, [to], headers=_HEADERS)
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    try:
        message.send()
    except SMTPException as error:
        raise MailRefused(_answer(error)) from None


def _answer(error: SMTPException) -> str:
    codes = [error.smtp_code] if isinstance(error, SMTPResponseException) else []
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    return f"{type(error).__name__} {codes}"
