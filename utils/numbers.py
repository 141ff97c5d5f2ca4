"""Public numbers, by which customers, their clients and staff refer to a row.

A number is random. Unlike an id, it reveals neither the numbers of other rows nor how many rows there are.
"""

import secrets
from typing import Any

from django.db import models

# Crockford's base 32 has no letters that people mistake for digits. 12 characters hold 60 random bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12


def new_number() -> str:
    """Return a new random number of 12 letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def number_field(**kwargs: Any) -> models.CharField:
    """Make a model field that gives each new row a random number of its own."""
    return models.CharField(max_length=20, unique=True, default=new_number, editable=False, **kwargs)


def give_numbers(rows: models.QuerySet[Any]) -> None:
    """Give a number to each of ``rows`` that has none yet; used by migrations."""
    unnumbered = rows.filter(number=None).only("pk")
    while batch := list(unnumbered[:1000]):
        for row in batch:
            row.number = new_number()
        rows.model._base_manager.bulk_update(batch, ["number"])
