"""What the core refuses, in a document's own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from utils.errors import DomainError


@contextmanager
def in_words(**names: str) -> Iterator[None]:
    """Within it, a refusal of the core's field ``name`` points to the client's field ``names[name]``."""
    try:
        yield
    except DomainError as error:
        error.field = names.get(error.field, error.field)
        raise
