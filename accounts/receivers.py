"""Receivers that enqueue this app's mail when something happens to an account."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts import signals
from accounts.jobs import mail_code, mail_email_changed, mail_password_changed, mail_reset_link
from accounts.models import CodePurpose

# A job is enqueued even when user_id is None and there is nothing to mail; ``accounts.signals`` says why.


@receiver(signals.user_registered, dispatch_uid="accounts.user_registered")
def prove_address(*, user_id: int, **kwargs: Any) -> None:
    """Enqueue a mail to a new customer with the code that verifies the e-mail address."""
    mail_code.enqueue(user_id=user_id, purpose=CodePurpose.EMAIL_VERIFICATION)


@receiver(signals.code_requested, dispatch_uid="accounts.code_requested")
def send_code(*, user_id: int | None, purpose: str, **kwargs: Any) -> None:
    """Enqueue a mail with the one-time code that the user asked for."""
    mail_code.enqueue(user_id=user_id, purpose=purpose)


@receiver(signals.reset_link_requested, dispatch_uid="accounts.reset_link_requested")
def send_reset_link(*, user_id: int | None, page: str, **kwargs: Any) -> None:
    """Enqueue a mail with the password reset link that the user asked for."""
    mail_reset_link.enqueue(user_id=user_id, page=page)


@receiver(signals.password_changed, dispatch_uid="accounts.password_changed")
def tell_password_changed(*, user_id: int, **kwargs: Any) -> None:
    """Enqueue a mail to the account's address which says that the password was changed just now."""
    mail_password_changed.enqueue(user_id=user_id, at=timezone.now().isoformat())


@receiver(signals.email_changed, dispatch_uid="accounts.email_changed")
def tell_old_mailbox(*, user_id: int, **kwargs: Any) -> None:
    """Enqueue a mail to the account's previous address which says that the e-mail address was changed."""
    mail_email_changed.enqueue(user_id=user_id)
