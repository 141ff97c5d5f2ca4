"""Translate the field names in errors of the core into those of a contract."""

from collections.abc import Iterator
from contextlib import contextmanager

from utils.errors import DomainError


@contextmanager
def fields_renamed(**names: str) -> Iterator[None]:
    """Rename the field of a ``DomainError`` that is raised inside the ``with`` block.

    ``names`` maps the core's field names to those of the contract. A field that it doesn't list keeps its name.
    """
    try:
        yield
    except DomainError as error:
        error.field = names.get(error.field, error.field)
        raise
