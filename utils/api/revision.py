"""The revision (``utils.revisions``) that the answer to a request is made from, read once for each request."""

from collections.abc import Callable

from django.http import HttpRequest

from utils.revisions import RevisionNumbers, revision_now, whole_revision_now

# The request's variable in which a WSGI process hands over how to read the revision over a connection of its own.
READER = "shop.read_revision"


def reader_of(request: HttpRequest) -> Callable[[], RevisionNumbers]:
    """Return the quickest way to read the revision where ``request`` is answered."""
    reader: Callable[[], RevisionNumbers] = request.META.get(READER, whole_revision_now)
    return reader


def note_revision(request: HttpRequest, revision: RevisionNumbers) -> None:
    """Let ``revision_of`` return this revision. What the answer shows must not have been read before it."""
    request.__dict__["revision"] = revision.number


def revision_of(request: HttpRequest) -> int:
    """Return the number of the revision that was noted for ``request``, or else of the current one."""
    noted: int | None = request.__dict__.get("revision")
    return revision_now() if noted is None else noted
