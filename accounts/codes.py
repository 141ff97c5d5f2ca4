"""One-time codes: 6 digits sent by mail, stored as a keyed hash, valid for 10 minutes, 5 tries and one use.

The numbers follow ASVS 5.0, 6.5.1 to 6.5.5 and 6.6.3. The hash is keyed with ``SECRET_KEY``: there are only a million
codes, so whoever stole a database with plain hashes could find every code.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.errors import CodeRefused
from accounts.models import CodePurpose, OneTimeCode, User

LIFETIME = timedelta(minutes=10)
DIGITS = 6


def issue(*, user: User, purpose: CodePurpose, email: str) -> str:
    """Make a new code for ``email`` and return it; the user's earlier code for this purpose stops working.

    Only a hash is stored, so the code can't be read again later.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    OneTimeCode.objects.update_or_create(
        user=user,
        purpose=purpose,
        defaults={
            "email": email,
            "code_hash": _hash(code, user_id=user.pk, purpose=purpose),
            "tries": 0,
            "expires_at": timezone.now() + LIFETIME,
        },
    )
    return code


@contextmanager
def redeemed(*, user: User | None, purpose: CodePurpose, code: str) -> Iterator[OneTimeCode]:
    """Check ``code`` and use it up, in one transaction with the body of the ``with`` block.

    Yield the stored code, which proves that ``user`` can read the mailbox in its ``email``. The attempt is counted
    first, and stays counted when the code is refused. Raise ``CodeRefused`` when the code is wrong, expired, used or
    exhausted. An unknown user (``None``) gets the same error after the same database statements.
    """
    proof = _try(user_id=user.pk if user else 0, purpose=purpose, code=code)
    with transaction.atomic():
        # When two requests send the right code at once, only one of them deletes it.
        if not OneTimeCode.objects.filter(pk=proof.pk, code_hash=proof.code_hash).delete()[0]:
            raise CodeRefused
        yield proof


def _try(*, user_id: int, purpose: CodePurpose, code: str) -> OneTimeCode:
    """Count one attempt, compare ``code`` with the user's newest code, and return the row of that code.

    Raise ``CodeRefused`` when the code is wrong, expired or used, or has no tries left.
    """
    newest = OneTimeCode.objects.filter(user=user_id, purpose=purpose, expires_at__gt=timezone.now())
    counted = newest.filter(tries__lt=OneTimeCode.MAX_TRIES).update(tries=F("tries") + 1)
    row = newest.first()
    is_right = constant_time_compare(row.code_hash if row else "", _hash(code, user_id=user_id, purpose=purpose))
    if row is None or not counted or not is_right:
        raise CodeRefused
    return row


def _hash(code: str, *, user_id: int, purpose: CodePurpose) -> str:
    return salted_hmac("accounts.codes", f"{user_id}:{purpose}:{code}", algorithm="sha256").hexdigest()
