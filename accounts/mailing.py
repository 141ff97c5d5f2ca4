"""Mail to a person, with limits for a mailbox that the person has not verified."""

import logging
from typing import Any

from accounts import limits
from accounts.models import User
from utils.limits import Limit, TooManyRequests, forgive, spend
from utils.mail import mail_send
from utils.names import normalize_email
from utils.plain import plain

logger = logging.getLogger(__name__)


def has_proven(user: User, mailbox: str) -> bool:
    """Return whether ``mailbox`` is the account's e-mail address and the owner has verified it."""
    return user.is_email_verified and normalize_email(mailbox) == user.email


def mail_person(*, user: User, to: str, limit: Limit | None = None, **mail: Any) -> None:
    """Send ``mail`` (the arguments of ``utils.mail.mail_send``) about ``user`` to ``to``, from a job.

    A mailbox that the user has not verified gets only a few mails a day. They don't greet by name: whoever registered
    chose the name and the address, and the address may be somebody else's. ``limit`` is a separate, smaller limit for
    this kind of mail to such a mailbox. Mail beyond a limit is dropped.
    """
    if has_proven(user, to):
        mail_send(to=to, user=user, name=plain(user.first_name), is_proven=True, **mail)
        return
    counted = [(limits.UNPROVEN_MAIL_BY, str(user.pk)), *_counted_by_mailbox(to, limit)]
    _mail_counted(counted, f"account {user.pk}", to=to, user=user, **mail)


def mail_guest(*, to: str, network: str, limit: Limit, **mail: Any) -> None:
    """Send ``mail`` to the mailbox that a guest has typed in, as ``mail_person`` does to one that is not verified.

    ``network`` is the hash of the network that the guest came from; mail that is caused from there is limited, too.
    """
    counted = [(limits.GUEST_MAIL_FROM, network), *_counted_by_mailbox(to, limit)]
    _mail_counted(counted, "a guest", to=to, **mail)


def _counted_by_mailbox(to: str, limit: Limit | None) -> list[tuple[Limit, str]]:
    mailbox = normalize_email(to)
    return [*([(limit, mailbox)] if limit else []), (limits.UNPROVEN_MAIL_TO, mailbox)]


def _mail_counted(counted: list[tuple[Limit, str]], whose: str, **mail: Any) -> None:
    """Send ``mail`` without a greeting by name, unless one of the limits is used up."""
    try:
        for each, subject in counted:
            spend(each, subject)
    except TooManyRequests as refusal:
        logger.info("A mail about %s was not sent: %s.", whose, refusal.limit.name)
        return
    try:
        mail_send(name="", is_proven=False, **mail)
    except Exception:
        # The job is tried again, which must not count as another mail.
        for each, subject in counted:
            forgive(each, subject)
        raise
