"""Sign users in without a request, for tests."""

from accounts import services
from accounts.clients import Client
from accounts.models import User
from accounts.tokens import TokenPair

CLIENT = Client(address="192.0.2.1", device="test")


def open_session(user: User) -> TokenPair:
    return services.session_open(user=user, client=CLIENT)


def bearer(user: User) -> dict[str, str]:
    """Return the header of a new session."""
    return {"Authorization": f"Bearer {open_session(user).access}"}
