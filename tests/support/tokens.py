"""Signed-in users for tests that talk to a server in another process."""

from accounts import services
from accounts.models import User


def bearer(user: User) -> dict[str, str]:
    """The header of a fresh sign-in."""
    return {"Authorization": f"Bearer {services.session_open(user=user).access}"}
