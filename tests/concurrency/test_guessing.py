"""Many guesses at the same moment: no more are evaluated than the limit allows."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.db import connection
from django.utils import timezone

from accounts import codes, resets
from accounts.errors import CodeRefused
from accounts.models import CodePurpose, OneTimeCode, User
from tests.factories import PASSWORD, make_user
from tests.support.mail import wrong
from tests.support.server import running_shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

AUTH = "/api/v1/auth"
GUESSES = 30


def at_once(count: int, act: Callable[[int], int]) -> Counter[int]:
    """Call ``act(0)`` to ``act(count - 1)`` at the same moment. Return how often each result came."""
    gate = threading.Barrier(count)

    def released(turn: int) -> int:
        gate.wait(timeout=30)
        try:
            return act(turn)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return Counter(pool.map(released, range(count)))


class TestCodes:
    @pytest.fixture
    def user(self) -> User:
        return make_user("carla")

    def test_without_the_condition_more_are_evaluated(self, user: User) -> None:
        """Lose the race as a negative control: read the tries, then count one, so that most guesses see a low count."""
        codes.issue(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, email=user.email)
        all_have_looked = threading.Barrier(GUESSES)

        def naive_guess(_: int) -> int:
            row = OneTimeCode.objects.get(user=user)
            all_have_looked.wait(timeout=20)
            if row.tries >= OneTimeCode.MAX_TRIES:
                return 0
            row.tries += 1
            row.save(update_fields=["tries"])
            return 1

        assert at_once(GUESSES, naive_guess)[1] > OneTimeCode.MAX_TRIES

    def test_of_thirty_guesses_five_are_evaluated(self, user: User) -> None:
        code = codes.issue(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, email=user.email)

        def guess(_: int) -> int:
            try:
                with codes.redeemed(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, code=wrong(code)):
                    raise AssertionError("A wrong code was taken.")
            except CodeRefused:
                return 0

        assert at_once(GUESSES, guess) == {0: GUESSES}
        # Each guess is counted before it is evaluated. The condition stops both at five.
        assert OneTimeCode.objects.get().tries == OneTimeCode.MAX_TRIES

    def test_the_right_code_among_the_first_five_works_once(self, user: User) -> None:
        code = codes.issue(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, email=user.email)

        def redeem(_: int) -> int:
            try:
                with codes.redeemed(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, code=code):
                    return 1
            except CodeRefused:
                return 0

        assert at_once(5, redeem) == {1: 1, 0: 4}

    def test_over_http_ten_are_looked_at_and_the_rest_told_to_wait(self, user: User) -> None:
        code = codes.issue(user=user, purpose=CodePurpose.EMAIL_VERIFICATION, email=user.email)
        body = {"email": user.email, "code": wrong(code)}
        with running_shop() as address:

            def guess(turn: int) -> int:
                return requests.post(
                    f"{address}{AUTH}/email/verify/",
                    json=body,
                    headers={"X-Forwarded-For": f"203.0.113.{turn}"},
                    timeout=60,
                ).status_code

            assert at_once(GUESSES, guess) == {400: 10, 429: 20}
            assert OneTimeCode.objects.get().tries == OneTimeCode.MAX_TRIES
            body["code"] = code
            assert guess(0) == 429
        user.refresh_from_db()
        assert not user.is_email_verified


def test_of_thirty_passwords_five_are_evaluated() -> None:
    """Guess thirty passwords, each with a forged ``X-Forwarded-For`` header, which must not help."""
    make_user("carla")
    with running_shop() as address:

        def guess(turn: int) -> int:
            return requests.post(
                f"{address}{AUTH}/token/",
                json={"username": "carla", "password": f"guess {turn}"},
                headers={"X-Forwarded-For": f"203.0.113.{turn}"},
                timeout=60,
            ).status_code

        assert at_once(GUESSES, guess) == {401: 5, 429: 25}


def test_of_ten_uses_of_one_link_one_succeeds() -> None:
    user = make_user("carla", email_verified_at=timezone.now())
    token = str(resets.token_for(user))
    with running_shop() as address:

        def reset(turn: int) -> int:
            body = {"token": token, "password": f"{PASSWORD} {turn}"}
            return requests.post(f"{address}{AUTH}/password/reset/by-link/", json=body, timeout=60).status_code

        assert at_once(10, reset) == {204: 1, 400: 9}
