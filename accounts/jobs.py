"""Jobs that send this app's mail and delete its expired rows.

A job makes the code or the link that it mails, so neither the queue nor the outbox ever holds one. A job that runs
twice mails a second code or link; only the newest code works.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts import codes, resets
from accounts.mailing import mail_person
from accounts.models import CodePurpose, OneTimeCode, User, UserSession
from utils.jobs import job
from utils.mail import mail_send

_REASONS = {
    CodePurpose.EMAIL_VERIFICATION: "It proves that this is your address.",
    CodePurpose.EMAIL_CHANGE: "It makes this the e-mail address of your account.",
    CodePurpose.PASSWORD_RESET: "It lets you choose a new password.",
}


@job("accounts.mail_code")
def mail_code(*, user_id: int | None, purpose: str) -> None:
    """Make a code and mail it, unless the user doesn't exist or the mailbox is already verified."""
    user = _recipient(user_id)
    email = user and _mailbox_for(user, CodePurpose(purpose))
    if not user or not email:
        return
    code = codes.issue(user=user, purpose=CodePurpose(purpose), email=email)
    mail_person(
        user=user,
        to=email,
        subject="Your code",
        template="accounts/mail/code",
        code=code,
        reason=_REASONS[CodePurpose(purpose)],
        minutes=_minutes(codes.LIFETIME),
    )


def _mailbox_for(user: User, purpose: CodePurpose) -> str | None:
    """Return the e-mail address to send a code to, or ``None`` when there is nothing to verify."""
    if purpose == CodePurpose.EMAIL_CHANGE:
        requested = OneTimeCode.objects.filter(user=user, purpose=purpose, expires_at__gt=timezone.now()).first()
        return requested.email if requested else None
    if purpose == CodePurpose.EMAIL_VERIFICATION and user.is_email_verified:
        return None
    return user.email


@job("accounts.mail_reset_link")
def mail_reset_link(*, user_id: int | None, page: str) -> None:
    """Make a password reset link and mail it; ``page`` is where it leads (see ``accounts.resets.link``)."""
    user = _recipient(user_id)
    if not user or not user.email:
        return
    mail_person(
        user=user,
        to=user.email,
        subject="A new password",
        template="accounts/mail/reset_link",
        link=resets.link(user, page=page),
        minutes=_minutes(timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)),
    )


@job("accounts.mail_password_changed")
def mail_password_changed(*, user_id: int, at: str) -> None:
    """Notify the user by mail that the account's password was changed at ``at`` (ISO 8601, UTC).

    Nothing is sent when the account is disabled or has no e-mail address.
    """
    user = _recipient(user_id)
    if user and user.email:
        mail_person(
            user=user,
            to=user.email,
            subject="Your password was changed",
            template="accounts/mail/password_changed",
            at=datetime.fromisoformat(at),
        )


@job("accounts.mail_email_changed")
def mail_email_changed(*, user_id: int) -> None:
    """Notify the account's previous mailbox that the e-mail address was changed, and delete the previous address."""
    user = _recipient(user_id)
    if user and user.previous_email:
        # This mail counts against no limit. Otherwise somebody who takes over an account could use the limit up first,
        # and the old mailbox would not hear of the change.
        mail_send(
            to=user.previous_email,
            subject="Your e-mail address was changed",
            template="accounts/mail/email_changed",
            user=user,
        )
        User.objects.filter(pk=user.pk, previous_email=user.previous_email).update(previous_email=None)


def _recipient(user_id: int | None) -> User | None:
    return User.objects.filter(pk=user_id, is_active=True).first() if user_id else None


def _minutes(duration: timedelta) -> int:
    return int(duration.total_seconds() // 60)


@job("accounts.forget_ended_sessions", every_minutes=30)
def forget_ended_sessions() -> None:
    """Delete expired sessions and expired codes.

    A session expires with its last refresh token, so no valid token can name it any more.
    """
    UserSession.objects.filter(expires_at__lt=timezone.now()).delete()
    OneTimeCode.objects.filter(expires_at__lt=timezone.now()).delete()
