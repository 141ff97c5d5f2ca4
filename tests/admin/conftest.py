"""Who signs in to the admin."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, make_staff


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.com", PASSWORD)


@pytest.fixture
def root(superuser: User) -> Client:
    """Return a client that is signed in as a superuser."""
    client = Client()
    client.force_login(superuser)
    return client


@pytest.fixture
def staff_with(db: None) -> Callable[..., Client]:
    """Return a client that is signed in as staff with the named rights, such as ``orders.view_order``."""

    def make(*rights: str) -> Client:
        user = make_staff(groups=())
        for right in rights:
            app, codename = right.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client = Client()
        client.force_login(user)
        return client

    return make
