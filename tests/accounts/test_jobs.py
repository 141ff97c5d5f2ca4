"""Jobs run late: what they were asked for may be gone by then."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts import codes, jobs
from accounts.models import CodePurpose, OneTimeCode, User, UserSession
from accounts.querysets import active_superusers_locked
from tests.factories import make_staff
from tests.support.tokens import open_session

pytestmark = pytest.mark.django_db

NOW = timezone.now().isoformat()
JOBS: dict[str, Callable[[int | None], Any]] = {
    "code": lambda pk: jobs.mail_code(user_id=pk, purpose=CodePurpose.PASSWORD_RESET),
    "link": lambda pk: jobs.mail_reset_link(user_id=pk, page="reset#{token}"),
    "password changed": lambda pk: jobs.mail_password_changed(user_id=pk, at=NOW),
    "address changed": lambda pk: jobs.mail_email_changed(user_id=pk),
}


@pytest.mark.parametrize("name", JOBS)
@pytest.mark.parametrize("gone", ["never there", "ended", "without an address"])
def test_nobody_is_mailed_who_is_not_there(customer: User, name: str, gone: str) -> None:
    if gone == "ended":
        User.objects.filter(pk=customer.pk).update(is_active=False)
    elif gone == "without an address":
        User.objects.filter(pk=customer.pk).update(email=None, previous_email=None)
    JOBS[name](None if gone == "never there" else customer.pk)
    assert mail.outbox == []
    assert not OneTimeCode.objects.exists()


def test_each_new_address_gets_its_own_users_code(customer: User, other_customer: User) -> None:
    for user in (customer, other_customer):
        codes.issue(user=user, purpose=CodePurpose.EMAIL_CHANGE, email=f"new-{user.username}@example.com")
    for user in (other_customer, customer):
        jobs.mail_code(user_id=user.pk, purpose=CodePurpose.EMAIL_CHANGE)
    assert [message.to for message in mail.outbox] == [["new-oskar@example.com"], ["new-carla@example.com"]]


def test_what_has_ended_is_forgotten_and_the_rest_is_kept(customer: User, other_customer: User) -> None:
    for user in (customer, other_customer):
        open_session(user)
        codes.issue(user=user, purpose=CodePurpose.PASSWORD_RESET, email=user.email)
    past = timezone.now() - timedelta(seconds=1)
    UserSession.objects.filter(user=customer).update(expires_at=past)
    OneTimeCode.objects.filter(user=customer).update(expires_at=past)
    jobs.forget_ended_sessions()
    for model in (UserSession, OneTimeCode):
        assert list(model.objects.values_list("user", flat=True)) == [other_customer.pk]


def test_a_superuser_who_may_not_sign_in_is_no_other_superuser(customer: User) -> None:
    active = make_staff("root", is_superuser=True)
    make_staff("former", is_superuser=True, is_active=False)
    with transaction.atomic():
        assert active_superusers_locked(User.objects.all()) == [active.pk]
