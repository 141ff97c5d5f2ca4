"""What the domain may answer "no" with.

An app's ``errors.py`` subclasses one of these kinds and gives it a stable ``code``. Which HTTP status a kind gets is
decided in ``utils.api.problems`` and nowhere else::

    DomainError
     +-- Invalid           the request can't be right, whoever sends it
     +-- Unauthenticated   credentials missing or wrong
     +-- Denied            known caller, role too low
     +-- NotFound          absent, or somebody else's: the answer is the same
     +-- Conflict          right in itself, but not in the present state
     |    +-- InFlight   the same request is being answered at this moment
     +-- VersionChanged    somebody else has changed what the caller read
     +-- Reused            an idempotency key that came with another request before
     +-- TooManyRequests   the caller has used up what a limit allows
     +-- Unavailable       something the shop depends on does not answer
"""

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from utils.limits import Limit


class DomainError(Exception):
    """A refusal that was foreseen.

    ``field`` names the input at fault, where there is one; ``extra`` holds plain values that go into the answer beside
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


class Unauthenticated(DomainError):
    code = "not_authenticated"
    message = "Valid credentials are needed."


class Denied(DomainError):
    code = "permission_denied"
    message = "You may not do this."


class NotFound(DomainError):
    code = "not_found"
    message = "There is no such object."


class Conflict(DomainError):
    code = "conflict"
    message = "The present state does not allow this."


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


class TooManyRequests(DomainError):
    """``limit`` is the one that is used up, ``retry_after`` in seconds."""

    code = "too_many_requests"
    message = "Too many requests. Try again later."

    def __init__(self, detail: str = "", *, limit: "Limit", retry_after: int, **extra: Any) -> None:
        self.limit = limit
        self.retry_after = retry_after
        super().__init__(detail, **extra)


class Unavailable(DomainError):
    """``retry_after`` is in seconds."""

    code = "unavailable"
    message = "This service is not available just now."

    def __init__(self, detail: str = "", *, retry_after: int = 5, **extra: Any) -> None:
        self.retry_after = retry_after
        super().__init__(detail, **extra)
