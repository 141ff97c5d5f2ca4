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
    counted = [
        (limits.UNPROVEN_MAIL_BY, str(user.pk)),
        *([(limit, normalize_email(to))] if limit else []),
        (limits.UNPROVEN_MAIL_TO, normalize_email(to)),
    ]
    try:
        for each, subject in counted:
            spend(each, subject)
    except TooManyRequests as refusal:
        logger.info("A mail about account %s was not sent: %s.", user.pk, refusal.limit.name)
        return
    try:
        mail_send(to=to, user=user, name="", is_proven=False, **mail)
    except Exception:
        # The job is tried again, which must not count as another mail.
        for each, subject in counted:
            forgive(each, subject)
        raise
