"""One-time codes: 6 digits by mail, kept as a keyed hash, good for 10 minutes, 5 tries and one use.

The figures are those of ASVS 5.0, 6.5.1 to 6.5.5 and 6.6.3. The hash is keyed with ``SECRET_KEY``: there are only a
million codes, so a plain hash in a stolen database would be no secret.
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
    """A new code for ``email``; the one before it is void. It is returned this once and can't be read back."""
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
    """Use ``code`` up, in one transaction with what the body of the ``with`` does.

    Yields what the code proves: that ``user`` reads the mailbox ``email``. The try is counted first, and stays counted
    when the code is refused. Raises ``CodeRefused``; so does an unknown ``user``, after the same statements.
    """
    proof = _try(user_id=user.pk if user else 0, purpose=purpose, code=code)
    with transaction.atomic():
        # Of two requests with the right code one deletes it.
        if not OneTimeCode.objects.filter(pk=proof.pk, code_hash=proof.code_hash).delete()[0]:
            raise CodeRefused
        yield proof


def _try(*, user_id: int, purpose: CodePurpose, code: str) -> OneTimeCode:
    newest = OneTimeCode.objects.filter(user=user_id, purpose=purpose, expires_at__gt=timezone.now())
    counted = newest.filter(tries__lt=OneTimeCode.MAX_TRIES).update(tries=F("tries") + 1)
    row = newest.first()
    is_right = constant_time_compare(row.code_hash if row else "", _hash(code, user_id=user_id, purpose=purpose))
    if row is None or not counted or not is_right:
        raise CodeRefused
    return row


def _hash(code: str, *, user_id: int, purpose: CodePurpose) -> str:
    return salted_hmac("accounts.codes", f"{user_id}:{purpose}:{code}", algorithm="sha256").hexdigest()
