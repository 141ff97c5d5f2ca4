"""Mail to a person, and how much of it a mailbox gets that nobody has proven to be theirs."""

import logging
from typing import Any

from accounts import limits
from accounts.models import User
from utils.errors import TooManyRequests
from utils.limits import Limit, forgive, spend
from utils.mail import mail_send
from utils.names import normalize_email
from utils.plain import plain

logger = logging.getLogger(__name__)


def has_proven(user: User, mailbox: str) -> bool:
    """Whether ``mailbox`` is the account's and its owner has shown to read it."""
    return user.is_email_verified and normalize_email(mailbox) == user.email


def mail_person(*, user: User, to: str, limit: Limit | None = None, **mail: Any) -> None:
    """Send ``mail`` (what ``utils.mail.mail_send`` takes) about ``user`` to ``to``, from a job.

    A mailbox that the user has not proven gets few a day, none of which greets by name: whoever registered chose both.
    ``limit``: a smaller number of this kind of mail, for such a mailbox. Mail beyond that is dropped.
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
        logger.info("A mail of account %s was not sent: %s.", user.pk, refusal.limit.name)
        return
    try:
        mail_send(to=to, user=user, name="", is_proven=False, **mail)
    except Exception:
        # It is tried again, which must not count as another mail.
        for each, subject in counted:
            forgive(each, subject)
        raise
