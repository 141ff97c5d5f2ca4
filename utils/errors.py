"""Errors that services raise to refuse a request.

An app's ``errors.py`` subclasses one of these kinds and gives it a stable ``code``. Only ``utils.api.problems`` decides
which HTTP status a kind gets::

    DomainError
     +-- Invalid           the request is wrong, whoever sends it
     +-- Unauthenticated   credentials are missing or wrong
     +-- Denied            the caller is known, but may not do this
     +-- NotFound          the object is absent or somebody else's; the answer is the same
     +-- Conflict          the request is right in itself, but not in the current state
     |    +-- InFlight     the same request is being answered right now
     +-- VersionChanged    somebody else has changed what the caller read
     +-- Reused            an idempotency key came with another request before
     +-- TooManyRequests   the caller has used up what a limit allows (``utils.limits``)
     +-- Unavailable       something that the shop depends on doesn't answer
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """Report that a request is refused, for a reason that the code foresees.

    ``field`` names the wrong input, if there is one. ``extra`` holds plain values that are added to the answer beside
    ``detail``.
    """

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "The request was refused."
    field: str = ""

    def __init__(self, detail: str = "", *, field: str = "", **extra: Any) -> None:
        self.detail = detail or self.message
        self.field = field or self.field
        self.extra = extra
        super().__init__(self.detail)


class Invalid(DomainError):
    code = "invalid"
    message = "The request is not valid."


class UnknownCurrency(Invalid):
    """Report a currency that the shop does not offer (``CURRENCIES``)."""

    code = "unknown_currency"
    message = "The shop has no prices in this currency."
    field = "currency"


class Unauthenticated(DomainError):
    code = "not_authenticated"
    message = "Valid credentials are required."


class Denied(DomainError):
    code = "permission_denied"
    message = "You may not do this."


class NotFound(DomainError):
    code = "not_found"
    message = "There is no such object."


class Conflict(DomainError):
    code = "conflict"
    message = "The current state does not allow this."


class InFlight(Conflict):
    code = "request_in_flight"
    message = "A request with this Idempotency-Key is being answered. Try again in a moment."
    retry_after: ClassVar[int] = 1


class VersionChanged(DomainError):
    code = "version_changed"
    message = "This was changed since you read it. Read it again, then repeat your change."


class Reused(DomainError):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request."


class Unavailable(DomainError):
    """Report that something that the shop depends on doesn't answer.

    ``retry_after`` is the time in seconds after which the caller should try again.
    """

    code = "unavailable"
    message = "This service is not available right now."

    def __init__(self, detail: str = "", *, retry_after: int = 5, **extra: Any) -> None:
        self.retry_after = retry_after
        super().__init__(detail, **extra)
