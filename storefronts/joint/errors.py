"""The translation of the core's errors into the field names of a contract."""

from collections.abc import Iterator
from contextlib import contextmanager

from utils.errors import DomainError


@contextmanager
def in_words(**names: str) -> Iterator[None]:
    """Rename the field of an error that is raised inside: the core's field ``name`` becomes ``names[name]``."""
    try:
        yield
    except DomainError as error:
        error.field = names.get(error.field, error.field)
        raise
