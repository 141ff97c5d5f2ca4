"""Forgotten passwords: by link and by code."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import codes, resets, services
from accounts.models import CodePurpose, User
from tests.factories import PASSWORD, make_user
from tests.support.mail import code_in, mailed, token_in
from tests.support.tokens import CLIENT, open_session

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
NEW = "another horse battery 8"


def ask(email: str, **more: str) -> tuple[int, dict]:
    answer = APIClient().post(f"{AUTH}/password/reset/", {"email": email, **more})
    return answer.status_code, answer.json()


def by_link(token: str, password: str = NEW) -> tuple[int, str]:
    answer = APIClient().post(f"{AUTH}/password/reset/by-link/", {"token": token, "password": password})
    return answer.status_code, answer.json()["code"] if answer.content else ""


def by_code(email: str, code: str, password: str = NEW) -> tuple[int, str]:
    answer = APIClient().post(f"{AUTH}/password/reset/by-code/", {"email": email, "code": code, "password": password})
    return answer.status_code, answer.json()["code"] if answer.content else ""


def has_password(user: User, password: str) -> bool:
    user.refresh_from_db()
    return user.check_password(password)


def link_for(email: str) -> str:
    assert ask(email)[0] == 202
    (message,) = mailed()
    return token_in(message)


def test_by_link(customer: User) -> None:
    before = open_session(customer)

    assert by_link(link_for(customer.email)) == (204, "")

    assert has_password(customer, NEW)
    assert customer.is_email_verified  # whoever got the link reads the mailbox
    assert APIClient().get(f"{AUTH}/me/", headers={"Authorization": f"Bearer {before.access}"}).status_code == 401
    assert APIClient().post(f"{AUTH}/token/refresh/", {"refresh": before.refresh}).status_code == 401
    (notice,) = mailed()
    assert notice.subject == "Your password was changed"


def test_by_code(customer: User) -> None:
    ask(customer.email, by="code")
    (message,) = mailed()
    assert by_code(customer.email, code_in(message)) == (204, "")
    assert has_password(customer, NEW)
    assert by_code(customer.email, code_in(message)) == (400, "code_refused")


def test_a_code_that_was_mailed_to_an_earlier_address_proves_nothing_about_the_new_one(customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.PASSWORD_RESET, email="earlier@example.com")
    assert by_code(customer.email, code) == (204, "")
    assert has_password(customer, NEW)
    assert not customer.is_email_verified


def test_a_link_works_once(customer: User) -> None:
    token = link_for(customer.email)
    assert by_link(token)[0] == 204
    assert by_link(token, "a third horse battery 9") == (400, "reset_link_refused")
    assert has_password(customer, NEW)


def test_a_link_is_void_after_an_hour(customer: User) -> None:
    token = link_for(customer.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert by_link(token) == (400, "reset_link_refused")
    assert has_password(customer, PASSWORD)


def test_a_link_is_void_after_another_change(customer: User) -> None:
    """Change the password, the mailbox, or whether the account is active."""
    changes = {"email": "new@example.com", "is_active": False}
    for field, value in changes.items():
        user = make_user()
        token = str(resets.token_for(user))
        User.objects.filter(pk=user.pk).update(**{field: value})
        assert by_link(token) == (400, "reset_link_refused"), field
    token = str(resets.token_for(customer))
    services.password_change(
        user=customer, old_password=PASSWORD, new_password="a third horse battery 9", client=CLIENT
    )
    assert by_link(token) == (400, "reset_link_refused")


def test_another_users_name_on_a_link(customer: User, other_customer: User) -> None:
    mine, theirs = resets.token_for(customer), resets.token_for(other_customer)
    assert by_link(f"{theirs.uid}.{mine.secret}") == (400, "reset_link_refused")
    assert has_password(other_customer, PASSWORD)


@pytest.mark.parametrize(
    "token", [".", "x", "MQ", "MQ.", ".x", "MQ.x-y", "é.x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5.a-b", "%00.a"]
)
def test_nonsense_for_a_link(customer: User, token: str) -> None:
    assert by_link(token) == (400, "reset_link_refused")


def test_a_weak_password_leaves_the_link_and_the_code_good(customer: User) -> None:
    token = str(resets.token_for(customer))
    assert by_link(token, "12345678") == (400, "weak_password")
    code = codes.issue(user=customer, purpose=CodePurpose.PASSWORD_RESET, email=customer.email)
    assert by_code(customer.email, code, customer.email) == (400, "weak_password")
    assert has_password(customer, PASSWORD)
    assert by_code(customer.email, code)[0] == 204


def test_a_verification_code_resets_nothing(customer: User) -> None:
    code = codes.issue(user=customer, purpose=CodePurpose.EMAIL_VERIFICATION, email=customer.email)
    assert by_code(customer.email, code) == (400, "code_refused")
    assert has_password(customer, PASSWORD)


def test_known_and_unknown_addresses_are_told_the_same(customer: User) -> None:
    for by in ("link", "code"):
        assert ask(customer.email, by=by) == ask("nobody@example.com", by=by)
    assert {message.to[0] for message in mailed()} == {customer.email}


def test_the_links_host_is_the_settings_never_the_requests(customer: User, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    settings.FRONTEND_URL = "https://shop.example"  # type: ignore[attr-defined]
    APIClient().post(
        f"{AUTH}/password/reset/",
        {"email": customer.email},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"},
    )
    (message,) = mailed()
    for text in (message.body, message.alternatives[0][0]):
        assert "https://shop.example/account/new-password/#" in text
        assert "evil" not in text


def test_neither_queue_nor_outbox_holds_a_code_or_a_link(customer: User) -> None:
    from tests.support.rows import all_rows
    from utils.events import deliver_due

    ask(customer.email)
    ask(customer.email, by="code")
    deliver_due()
    waiting = str([row for (table, _), row in all_rows().items() if table in {"utils_queuedjob", "procrastinate_jobs"}])
    assert "mail_reset_link" in waiting
    messages = mailed()
    token = next(token_in(message) for message in messages if "#" in message.body)
    code = next(code_in(message) for message in messages if "#" not in message.body)
    everything = str(list(all_rows().values()))
    assert token not in waiting + everything
    assert f"'{code}'" not in waiting + everything


def test_a_stranger_who_burns_every_code_leaves_the_owner_a_link(customer: User) -> None:
    for _ in range(6):
        ask(customer.email, by="code")
    for turn in range(12):
        by_code(customer.email, f"{turn:06d}")
    for turn in range(25):
        APIClient(REMOTE_ADDR=f"203.0.113.{turn}").post(
            f"{AUTH}/token/", {"username": customer.email, "password": "guess"}
        )
    assert ask(customer.email, by="code")[0] == 429
    mailed()
    assert by_link(link_for(customer.email)) == (204, "")
    assert APIClient().post(f"{AUTH}/token/", {"username": "carla", "password": NEW}).status_code == 200


def test_a_locked_out_owner_gets_back_in_by_mail(customer: User) -> None:
    for turn in range(25):
        APIClient(REMOTE_ADDR=f"203.0.113.{turn}").post(
            f"{AUTH}/token/", {"username": customer.email, "password": "guess"}
        )
    credentials = {"username": customer.email, "password": NEW}
    assert APIClient().post(f"{AUTH}/token/", credentials).status_code == 429
    assert by_link(link_for(customer.email))[0] == 204
    assert APIClient().post(f"{AUTH}/token/", credentials).status_code == 200
