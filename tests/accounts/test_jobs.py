"""Jobs run late: what they were asked for may be gone by then."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts import jobs
from accounts.models import CodePurpose, OneTimeCode, User

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
