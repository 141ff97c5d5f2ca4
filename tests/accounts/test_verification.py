"""One-time codes that prove a mailbox."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import codes
from accounts.errors import CodeRefused
from accounts.models import CodePurpose, OneTimeCode, User
from tests.factories import make_user
from tests.support.mail import code_in, mailed, wrong

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
NEW = {"username": "nora", "email": "Nora@Example.com", "password": "securepass123"}


def verify(email: str, code: object) -> tuple[int, str]:
    answer = APIClient().post(f"{AUTH}/email/verify/", {"email": email, "code": code}, format="json")
    return answer.status_code, answer.json()["code"] if answer.content else ""


def resend(email: str) -> None:
    assert APIClient().post(f"{AUTH}/email/resend/", {"email": email}).status_code == 202


def is_verified(user: User) -> bool:
    user.refresh_from_db()
    return user.is_email_verified


def test_registration_mails_a_code_that_proves_the_address(anonymous_api: APIClient) -> None:
    answer = anonymous_api.post(f"{AUTH}/register/", NEW)
    assert answer.status_code == 201
    assert answer.json()["user"]["email_verified"] is False
    (message,) = mailed()
    assert message.to == ["nora@example.com"]
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert code_in(message) in html
    assert code_in(message) not in answer.content.decode()

    assert verify("NORA@example.com", code_in(message)) == (204, "")

    assert is_verified(User.objects.get())


def test_a_code_works_once(customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    assert verify(customer.email, code)[0] == 204
    assert verify(customer.email, code) == (400, "code_refused")


def test_a_code_copied_with_spaces_is_the_same_code(customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    assert verify(customer.email, f" {code[:3]} {code[3:]} ")[0] == 204


def test_after_five_wrong_tries_the_right_code_is_refused(customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    for _ in range(5):
        assert verify(customer.email, wrong(code)) == (400, "code_refused")
    assert verify(customer.email, code) == (400, "code_refused")
    assert not is_verified(customer)


def test_a_code_ends_after_ten_minutes(customer: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
        clock.shift(timedelta(minutes=10, seconds=1))
        assert verify(customer.email, code) == (400, "code_refused")
        code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
        clock.shift(timedelta(minutes=9, seconds=59))
        assert verify(customer.email, code)[0] == 204


def test_only_the_newest_code_works(customer: User) -> None:
    resend(customer.email)
    (first,) = mailed()
    resend(customer.email)
    (second,) = mailed()
    if code_in(first) != code_in(second):
        assert verify(customer.email, code_in(first)) == (400, "code_refused")
    assert verify(customer.email, code_in(second))[0] == 204


def test_a_code_is_bound_to_its_purpose_and_its_user(customer: User, other_customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.PASSWORD_RESET, email=customer.email)
    codes.issue(user=other_customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=other_customer.email)
    assert verify(customer.email, code) == (400, "code_refused")
    with (
        pytest.raises(CodeRefused),
        codes.redeemed(user=other_customer, purpose=CodePurpose.EMAIL_VERIFICATION, code=code),
    ):
        pass
    assert not is_verified(customer)
    assert not is_verified(other_customer)


def test_a_hash_moved_to_another_row_opens_nothing(customer: User, other_customer: User) -> None:
    """Whoever can write to the database can't lend a code to somebody else."""
    code = codes.issue(user=other_customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=other_customer.email)
    OneTimeCode.objects.update(user=customer)
    assert verify(customer.email, code) == (400, "code_refused")


def test_a_code_proves_only_the_mailbox_it_went_to(customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    User.objects.filter(pk=customer.pk).update(email="elsewhere@example.com")
    verify("elsewhere@example.com", code)
    assert not is_verified(customer)


@pytest.mark.parametrize("code", ["", None, [], {}, "12345", "1234567", "abcdef", "١٢٣٤٥٦", 123456.5, "\x00" * 6])
def test_nonsense_is_refused(customer: User, code: object) -> None:
    codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    assert verify(customer.email, code)[0] == 400
    assert OneTimeCode.objects.get().tries == 0


def test_the_stored_code_is_a_keyed_hash(customer: User, settings: object) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    row = OneTimeCode.objects.get()
    assert code not in str(vars(row))
    settings.SECRET_KEY = "x" * 60  # type: ignore[attr-defined]
    assert verify(customer.email, code) == (400, "code_refused")


def test_unknown_verified_and_disabled_accounts_are_mailed_nothing(customer: User) -> None:
    User.objects.filter(pk=customer.pk).update(email_verified_at=timezone.now())
    disabled = make_user("dora", is_active=False)
    for email in ("nobody@example.com", customer.email, disabled.email):
        resend(email)
    assert mailed() == []


def test_mail_to_one_mailbox_is_limited_also_for_unknown_ones(customer: User) -> None:
    for email in (customer.email, "nobody@example.com"):
        statuses = [APIClient().post(f"{AUTH}/email/resend/", {"email": email}).status_code for _ in range(7)]
        assert statuses == [202] * 5 + [429] * 2
    assert len(mailed()) == 5


def test_guesses_go_by_account_whatever_address_they_claim(customer: User) -> None:
    """Ten in ten minutes, with a fresh code after each five."""
    statuses = []
    for turn in range(12):
        if turn % 5 == 0:
            code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
        answer = APIClient().post(
            f"{AUTH}/email/verify/",
            {"email": customer.email, "code": wrong(code)},
            headers={"X-Forwarded-For": f"203.0.113.{turn}"},
        )
        statuses.append(answer.status_code)
    assert statuses == [400] * 10 + [429] * 2
