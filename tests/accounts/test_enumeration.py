"""Whether somebody has an account can't be read from an answer, its headers included.

How long it takes is measured by ``scripts/bench_timing``.
"""

from typing import Any

import pytest
from django.http import HttpResponse
from django.utils.http import urlsafe_base64_encode
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
SAME_ID = {"X-Request-ID": "of-both-1"}
NEW = {"password": "another horse battery 8"}
ASKED = {
    "sign in": (f"{AUTH}/token/", lambda email: {"username": email, "password": "guess"}),
    "sign in, document 004": ("/api/auth/login/", lambda email: {"username": email, "password": "guess"}),
    "sign in, document 003": ("/accounts/login/", lambda email: {"email": email, "password": "guess"}),
    "a new code, document 003": ("/accounts/resend-otp/", lambda email: {"email": email}),
    "a wrong code, document 003": ("/accounts/verify-otp/", lambda email: {"email": email, "otp": "123456"}),
    "a link, document 003": ("/accounts/request-reset-email/", lambda email: {"email": email}),
    "sign in by cookie": (f"{AUTH}/session/", lambda email: {"username": email, "password": "guess"}),
    "a new code": (f"{AUTH}/email/resend/", lambda email: {"email": email}),
    "a link": (f"{AUTH}/password/reset/", lambda email: {"email": email}),
    "a code for a new password": (f"{AUTH}/password/reset/", lambda email: {"email": email, "by": "code"}),
    "a wrong code": (f"{AUTH}/email/verify/", lambda email: {"email": email, "code": "123456"}),
    "a new password by a wrong code": (
        f"{AUTH}/password/reset/by-code/",
        lambda email: {"email": email, "code": "123456", **NEW},
    ),
}


def all_of(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, dict(answer.headers)


@pytest.mark.parametrize("case", ASKED)
def test_known_unknown_and_disabled_are_answered_alike(customer: User, case: str) -> None:
    """Send each request from an IP address of its own, so that the remaining tries are the same too."""
    path, body = ASKED[case]
    disabled = make_user("disabled", is_active=False)
    known, *others = (
        all_of(APIClient(REMOTE_ADDR=f"203.0.113.{turn}", headers=SAME_ID).post(path, body(email)))
        for turn, email in enumerate([customer.email, disabled.email, "nobody@example.com"])
    )
    assert known[0] in (200, 202, 400, 401)
    assert others == [known, known]


def test_so_are_links_with_a_known_and_an_unknown_account_in_them(customer: User) -> None:
    def ask(account: int) -> Any:
        token = f"{urlsafe_base64_encode(str(account).encode())}.d2h1q4-0123456789abcdef"
        client = APIClient(REMOTE_ADDR=f"203.0.113.{account % 200}", headers=SAME_ID)
        return all_of(client.post(f"{AUTH}/password/reset/by-link/", {"token": token, **NEW}))

    assert ask(customer.pk) == ask(customer.pk + 1)
