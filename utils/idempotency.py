"""A request that arrives twice has its effect once.

The key's row is written in the same transaction as the effect, so a crash leaves neither or both, and nothing can stay
"in progress" for ever. A second request with the key waits at the unique index for the first to end, at most for the
database's lock timeout; then it is told 409 with Retry-After.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from utils.errors import DomainError, InFlight, Invalid, Reused
from utils.models import IdempotencyKey

MAX_KEY_LENGTH = 255


@dataclass(frozen=True)
class Answer:
    """What the first request was told: the HTTP status and the JSON body."""

    status: int
    body: Any
    replayed: bool = False


@dataclass(frozen=True)
class Once:
    """A request that is to be acted on once: whose it is, its key, and the fingerprint of method, path and body."""

    user_id: int
    key: str
    request: str


def fingerprint(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def answer_once(once: Once, produce: Callable[[], Answer]) -> Answer:
    """``produce()`` in a transaction, or the answer that the same key got before.

    Only answers that ``produce`` returns are kept: when it raises, the transaction takes the key back and the same key
    may try again.

    Raises ``Reused`` when the key came with another request, ``InFlight`` when the first one takes longer than the lock
    timeout, ``Invalid`` when the key is too long.
    """
    if len(once.key) > MAX_KEY_LENGTH or not once.key.isprintable():
        raise Invalid(f"Idempotency-Key is longer than {MAX_KEY_LENGTH} characters or not printable.")
    with transaction.atomic():
        is_first = _claim(once)
        if not is_first:
            return _earlier_answer(once)
        answer = produce()
        _keep(once, answer)
        return answer


def act_once(once: Once, produce: Callable[[], Answer]) -> Answer:
    """``produce()`` outside of any transaction, or the answer that the same key got before.

    The key is taken in a transaction of its own, so a crash leaves it taken without an answer: at most once, where
    ``answer_once`` is exactly once. Whoever comes while the first is still at it gets an answer without a body. A
    refusal gives the key back. Raises what ``answer_once`` raises.
    """
    with transaction.atomic():
        is_first = _claim(once)
    if not is_first:
        return _earlier_answer(once)
    try:
        answer = produce()
    except DomainError:
        forget(once)
        raise
    _keep(once, answer)
    return answer


def answer_known(once: Once) -> Answer | None:
    """What the key's first request was told, if there was one."""
    is_known = IdempotencyKey.objects.filter(user_id=once.user_id, key=once.key).exists()
    return _earlier_answer(once) if is_known else None


def forget(once: Once) -> None:
    """What was done for the key was undone: the same key may try again."""
    IdempotencyKey.objects.filter(user_id=once.user_id, key=once.key, fingerprint=once.request).delete()


def _keep(once: Once, answer: Answer) -> None:
    IdempotencyKey.objects.filter(user_id=once.user_id, key=once.key).update(status=answer.status, body=answer.body)


def _claim(once: Once) -> bool:
    """Insert the key, or find that it is there: one statement, which no failed one has to be undone after.

    Waits while another transaction holds the same key, and raises ``InFlight`` when that takes too long.
    """
    created_at = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                "INSERT INTO utils_idempotencykey (user_id, key, fingerprint, created_at) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                [once.user_id, once.key, once.request, created_at],
            )
        except OperationalError as error:
            raise InFlight from error
        return cursor.rowcount == 1


def _earlier_answer(once: Once) -> Answer:
    row = IdempotencyKey.objects.get(user_id=once.user_id, key=once.key)
    if row.fingerprint != once.request:
        raise Reused
    return Answer(status=row.status or 200, body=row.body, replayed=True)
