"""Decide whether a failed request can have reached a gateway."""

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError


def was_never_reached(error: requests.RequestException) -> bool:
    """Return whether no connection was made, so that certainly nothing was sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
