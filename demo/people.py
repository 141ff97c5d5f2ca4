"""The demo's users. Everybody knows their passwords, so never create them on a public server."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.models import Role, User


@dataclass(frozen=True)
class DemoUser:
    """Describe a person to sign in as. The ``password`` is published on purpose."""

    username: str
    password: str
    role: Role
    first_name: str
    last_name: str

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"


CUSTOMER = DemoUser("customer", "demo-customer-1", Role.CUSTOMER, "Carla", "Winter")
SELLER = DemoUser("seller", "demo-seller-1", Role.SELLER, "Ada", "Brandt")
STAFF = DemoUser("staff", "demo-staff-1", Role.STAFF, "Sam", "Okoro")
USERS = (CUSTOMER, SELLER, STAFF)


def user_of(person: DemoUser) -> User | None:
    """Return the account of ``person``, or ``None`` when it was not created. Its password may have changed since."""
    return User.objects.filter(username=person.username, email=person.email).first()


def user_create(person: DemoUser) -> User | None:
    """Create the account of ``person``; return ``None`` when another account has its username or e-mail address.

    The staff user is a superuser, so that the whole admin can be tried.
    """
    if User.objects.filter(Q(username__iexact=person.username) | Q(email__iexact=person.email)).exists():
        return None
    return User.objects.create_user(
        person.username,
        person.email,
        person.password,
        role=person.role,
        is_superuser=person.role == Role.STAFF,
        first_name=person.first_name,
        last_name=person.last_name,
        email_verified_at=timezone.now(),
    )
