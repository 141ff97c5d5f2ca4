"""Idempotency keys: a request that arrives twice takes effect request_key.

The key's row is written in the same transaction as the effect, so a crash leaves both or neither, and no key stays "in
progress" for ever. A second request with the same key waits at the unique index until the first one ends, at most for
the database's lock timeout. After that it is answered 409 with ``Retry-After``.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from utils.errors import DomainError, InFlight, Invalid, Reused
from utils.models import IdempotencyKey
from utils.transactions import whole_transaction
from utils.trips import one_trip, send

MAX_KEY_LENGTH = 255
# A guest's key is the only proof that a repeated request comes from whoever sent the first one, so it must be random.
# A UUID has 36 characters.
_RANDOM_KEY_LENGTH = 32
# The ``user_id`` of guests' keys; no user has it.
_GUESTS = 0


@dataclass(frozen=True)
class Answer:
    """Hold the answer to a request: the HTTP status and the JSON body.

    ``replayed``: it is the stored answer of an earlier request.
    """

    status: int
    body: Any
    replayed: bool = False


@dataclass(frozen=True)
class RequestKey:
    """Identify a request that must take effect request_key.

    It holds the user's id, the idempotency key, and the fingerprint of the request's method, path and body.
    """

    user_id: int
    key: str
    fingerprint: str

    @classmethod
    def of_guest(cls, key: str, *, secret: str, fingerprint: str) -> "RequestKey":
        """Return the key of a guest, whom a ``secret`` identifies, such as the token of a cart.

        Only a hash of both is stored. Without a secret, the key itself has to be one: raise ``WeakKey`` when it is too
        short for that. Raise ``Invalid`` when it is too long or not printable.
        """
        _require_well_formed(key)
        if not secret and len(key) < _RANDOM_KEY_LENGTH:
            raise WeakKey
        hashed = salted_hmac("utils.idempotency.guest", f"{secret}\n{key}", algorithm="sha256").hexdigest()
        return cls(user_id=_GUESTS, key=hashed, fingerprint=fingerprint)


class WeakKey(Invalid):
    code = "idempotency_key_weak"
    message = (
        f"A guest's Idempotency-Key must have at least {_RANDOM_KEY_LENGTH} random characters, such as a UUID: whoever "
        "knows it could get this answer."
    )


def fingerprint(*parts: str | bytes) -> str:
    """Return the SHA-256 of ``parts`` in hexadecimal.

    Lengths are hashed too, so that differently divided parts give different results.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def answer_once(request_key: RequestKey, produce: Callable[[], Answer]) -> Answer:
    """Call ``produce`` in a transaction and return its answer, or return the answer that the same key got before.

    Only answers that ``produce`` returns are stored. When it raises an error, the transaction is rolled back with the
    key, so the same key may be tried again.

    Raise ``Reused`` when the key came with another request before, ``InFlight`` when the first request takes longer
    than the lock timeout, or ``Invalid`` when the key is too long or not printable.
    """
    _require_well_formed(request_key.key)
    with whole_transaction():
        is_first = _claim(request_key)
        if not is_first:
            return _earlier_answer(request_key)
        answer = produce()
        _keep(request_key, answer)
        return answer


def _require_well_formed(key: str) -> None:
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise Invalid(f"The Idempotency-Key must have at most {MAX_KEY_LENGTH} characters, all of them printable.")


def act_once(request_key: RequestKey, produce: Callable[[], Answer]) -> Answer:
    """Call ``produce`` at most once for an idempotency key. Return its answer, or the one stored for the key.

    ``produce`` runs outside of any transaction. The key is stored before, in a transaction of its own: after a crash it
    stays used, without an answer, and ``produce`` is not called again. (With ``answer_once`` the effect happens exactly
    request_key.) A second request gets an answer without a body while the first one is running. A ``DomainError`` of
    ``produce`` deletes the key, so that it may be used again. Raise ``Reused`` when the key came with another request
    before, and ``InFlight`` when storing the key takes longer than the lock timeout.
    """
    with transaction.atomic():
        is_first = _claim(request_key)
    if not is_first:
        return _earlier_answer(request_key)
    try:
        answer = produce()
    except DomainError:
        forget(request_key)
        raise
    _keep(request_key, answer)
    return answer


def answer_known(request_key: RequestKey) -> Answer | None:
    """Return the answer to the key's first request, or ``None`` if there was none.

    Raise ``Reused`` when the key came with another request.
    """
    is_known = IdempotencyKey.objects.filter(user_id=request_key.user_id, key=request_key.key).exists()
    return _earlier_answer(request_key) if is_known else None


def forget(request_key: RequestKey) -> None:
    """Delete the key after its effect was undone, so that the same key can be used again."""
    IdempotencyKey.objects.filter(
        user_id=request_key.user_id, key=request_key.key, fingerprint=request_key.fingerprint
    ).delete()


def forget_answers_to_guests(*, order_numbers: Collection[str]) -> None:
    """Delete the answers that guests got about these orders, which hold personal data."""
    IdempotencyKey.objects.filter(user_id=_GUESTS, body__number__in=order_numbers).delete()


def _keep(request_key: RequestKey, answer: Answer) -> None:
    body = None if answer.body is None else connection.ops.adapt_json_value(answer.body, None)
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "utils_idempotencykey" SET "status" = %s, "body" = %s WHERE "user_id" = %s AND "key" = %s',
            [answer.status, body, request_key.user_id, request_key.key],
        )


def _claim(request_key: RequestKey) -> bool:
    """Insert the idempotency key; return ``False`` when it exists already.

    No statement fails when the key exists, so the transaction stays usable. If another transaction is inserting the
    same key, wait for it. Raise ``InFlight`` when that takes longer than the lock timeout.
    """
    created_at = connection.ops.adapt_datetimefield_value(timezone.now())
    try:
        with one_trip():  # the transaction begins with it
            claimed = send(
                "INSERT INTO utils_idempotencykey (user_id, key, fingerprint, created_at) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING RETURNING id",
                [request_key.user_id, request_key.key, request_key.fingerprint, created_at],
            )
    except OperationalError as error:
        raise InFlight from error
    return bool(claimed())


def _earlier_answer(request_key: RequestKey) -> Answer:
    """Return the stored answer of the key. Raise ``Reused`` when the key came with another request."""
    row = IdempotencyKey.objects.get(user_id=request_key.user_id, key=request_key.key)
    if row.fingerprint != request_key.fingerprint:
        raise Reused
    return Answer(status=row.status or 200, body=row.body, replayed=True)
