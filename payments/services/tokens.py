"""Hashing: the secrets in callback URLs."""

import hashlib


def hashed(token: str) -> str:
    """Return the hash under which a callback's secret is stored.

    The secret is long and random, so a plain hash is safe.
    """
    return hashlib.sha256(token.encode()).hexdigest()
