"""Public numbers: what customers, their clients and staff call a row by.

A number is random, so it tells neither other people's rows nor how many rows there are. An id counts them.
"""

import secrets
from typing import Any

from django.db import models

# Crockford's base 32 has no letters that people take for digits. 12 of them are 60 random bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12


def new_number() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def number_field(**kwargs: Any) -> models.CharField:
    """A column that gives each row a number of its own."""
    return models.CharField(max_length=20, unique=True, default=new_number, editable=False, **kwargs)


def give_numbers(rows: models.QuerySet[Any]) -> None:
    """Give each of ``rows`` that has no number yet a number, for migrations."""
    unnumbered = rows.filter(number=None).only("pk")
    while batch := list(unnumbered[:1000]):
        for row in batch:
            row.number = new_number()
        rows.model._base_manager.bulk_update(batch, ["number"])
