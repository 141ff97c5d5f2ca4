"""The secrets of callback addresses."""

import hashlib


def hashed(token: str) -> str:
    """How a callback's secret is kept. It is long and random, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()
