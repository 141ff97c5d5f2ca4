"""Mail from templates, each with a text and an HTML version."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

# Asks for no out-of-office replies (RFC 3834).
_HEADERS = {"Auto-Submitted": "auto-generated"}


class MailRefused(Exception):
    """Report the mail server's refusal, without e-mail addresses, because this text is logged and kept with the job."""


def mail_send(*, to: str, subject: str, template: str, **context: Any) -> None:
    """Send ``template``.txt with ``template``.html as its alternative; call it from a job, as it waits for the server.

    Raise ``MailRefused`` when the mail server refuses the mail, or ``OSError`` when it doesn't answer; the job is then
    tried again.
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
    """Return the kind of error and the server's codes."""
    codes = [error.smtp_code] if isinstance(error, SMTPResponseException) else []
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    return f"{type(error).__name__} {codes}"
