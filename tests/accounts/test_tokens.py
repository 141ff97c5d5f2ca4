"""Sign-ins: tokens that rotate once and end when they should."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
import requests
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.jobs import forget_ended_sessions
from accounts.models import User, UserSession
from accounts.services.sessions import REFRESH_GRACE
from tests.factories import PASSWORD, make_user
from tests.support.server import running_shop
from tests.support.tokens import open_session

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"


def status_of_me(token: str) -> int:
    return APIClient().get(f"{AUTH}/me/", headers={"Authorization": f"Bearer {token}"}).status_code


def test_sign_in_refresh_verify_and_sign_out(anonymous_api: APIClient, customer: User) -> None:
    pair = anonymous_api.post(f"{AUTH}/token/", {"username": "Carla@Example.com", "password": PASSWORD}).json()
    assert status_of_me(pair["access"]) == 200
    assert anonymous_api.post(f"{AUTH}/token/verify/", {"token": pair["access"]}).status_code == 200

    successor = anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": pair["refresh"]}).json()
    assert status_of_me(successor["access"]) == 200

    for _ in range(2):  # signing out twice is no error
        assert anonymous_api.post(f"{AUTH}/logout/", {"refresh": successor["refresh"]}).status_code == 204
    assert status_of_me(successor["access"]) == 401
    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": successor["refresh"]}).status_code == 401


def test_a_session_keeps_the_time_of_its_first_sign_out(customer: User) -> None:
    pair = open_session(customer)
    services.sign_out(refresh=pair.refresh)
    ended_at = UserSession.objects.get().revoked_at
    services.sign_out(refresh=pair.refresh)
    assert UserSession.objects.get().revoked_at == ended_at


REFRESH_PATHS = [
    f"{AUTH}/token/refresh/",
    "/api/token/refresh/",
    "/api/auth/token/refresh/",
    "/accounts/token/refresh/",
    "/token/refresh/",
]


@pytest.mark.parametrize("path", REFRESH_PATHS)
def test_a_refresh_whose_answer_was_lost_gets_the_same_successor(
    anonymous_api: APIClient, customer: User, path: str
) -> None:
    first = open_session(customer)
    lost = anonymous_api.post(path, {"refresh": first.refresh}).json()

    again = anonymous_api.post(path, {"refresh": first.refresh})

    assert again.status_code == 200, again.content
    assert again.json()["refresh"] == lost["refresh"]
    assert status_of_me(lost["access"]) == status_of_me(again.json()["access"]) == 200
    assert anonymous_api.post(path, {"refresh": lost["refresh"]}).status_code == 200
    assert UserSession.objects.count() == 1


def test_an_older_refresh_token_ends_its_whole_session(anonymous_api: APIClient, customer: User) -> None:
    oldest = open_session(customer)
    elsewhere = open_session(customer)
    new = services.session_rotate(refresh=services.session_rotate(refresh=oldest.refresh).refresh)

    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": oldest.refresh}).status_code == 401

    assert status_of_me(new.access) == 401
    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": new.refresh}).status_code == 401
    assert status_of_me(elsewhere.access) == 200


def test_the_last_refresh_token_ends_its_session_after_the_grace(anonymous_api: APIClient, customer: User) -> None:
    old = open_session(customer)
    new = services.session_rotate(refresh=old.refresh)

    with time_machine.travel(timezone.now() + REFRESH_GRACE + timedelta(seconds=1)):
        assert status_of_me(new.access) == 200
        assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": old.refresh}).status_code == 401
        assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": new.refresh}).status_code == 401
        assert status_of_me(new.access) == 401


@pytest.mark.parametrize("end", ["signed out", "password", "disabled"])
def test_the_grace_brings_no_ended_session_back(anonymous_api: APIClient, customer: User, end: str) -> None:
    old = open_session(customer)
    new = services.session_rotate(refresh=old.refresh)
    if end == "signed out":
        services.sign_out(refresh=new.refresh)
    elif end == "disabled":
        User.objects.update(is_active=False)
    else:
        customer.set_password("another horse battery 8")
        customer.save()

    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": old.refresh}).status_code == 401


def test_a_new_password_ends_every_session(customer: User) -> None:
    before = open_session(customer)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {before.access}")
    body = {"old_password": PASSWORD, "new_password": "another horse battery 8"}

    answer = client.post(f"{AUTH}/password/", body)

    assert answer.status_code == 200
    assert status_of_me(before.access) == 401
    assert client.post(f"{AUTH}/token/refresh/", {"refresh": before.refresh}).status_code == 401
    assert status_of_me(answer.json()["access"]) == 200


def test_a_password_set_elsewhere_ends_access_too(customer: User) -> None:
    """Such as in the admin, which knows nothing of sessions."""
    token = open_session(customer).access
    customer.set_password("another horse battery 8")
    customer.save()
    assert status_of_me(token) == 401


def test_a_password_set_elsewhere_ends_refreshing_too(customer: User, anonymous_api: APIClient) -> None:
    pair = open_session(customer)
    customer.set_password("another horse battery 8")
    customer.save()
    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": pair.refresh}).status_code == 401


def test_a_name_with_an_at_sign_is_no_username(anonymous_api: APIClient) -> None:
    body = {"username": "me@example.com", "email": "me@example.com", "password": "securepass123"}
    answer = anonymous_api.post(f"{AUTH}/register/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_username")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("_case", "body"),
    [
        ("wrong old password", {"old_password": "wrong", "new_password": "another horse battery 8"}),
        ("weak new password", {"old_password": PASSWORD, "new_password": "12345678"}),
    ],
)
def test_password_change_refused(customer_api: APIClient, customer: User, _case: str, body: dict) -> None:
    assert customer_api.post(f"{AUTH}/password/", body).status_code in (400, 403)
    customer.refresh_from_db()
    assert customer.check_password(PASSWORD)


def test_a_disabled_account_is_out_at_once(customer: User, anonymous_api: APIClient) -> None:
    pair = open_session(customer)
    User.objects.filter(pk=customer.pk).update(is_active=False)
    assert status_of_me(pair.access) == 401
    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": pair.refresh}).status_code == 401
    login = anonymous_api.post(f"{AUTH}/token/", {"username": "carla", "password": PASSWORD})
    assert login.status_code == 401


def test_a_deleted_account_is_out_without_an_error(customer: User, anonymous_api: APIClient) -> None:
    pair = open_session(customer)
    customer.delete()
    assert status_of_me(pair.access) == 401
    assert anonymous_api.post(f"{AUTH}/token/refresh/", {"refresh": pair.refresh}).status_code == 401


def test_rights_are_the_databases_not_the_tokens(customer: User) -> None:
    token = open_session(customer).access
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/api/v1/inventory/stock/").status_code == 403
    User.objects.filter(pk=customer.pk).update(role="staff", is_superuser=True)
    assert client.get("/api/v1/inventory/stock/").status_code == 200
    User.objects.filter(pk=customer.pk).update(role="customer", is_superuser=False)
    assert client.get("/api/v1/inventory/stock/").status_code == 403


def test_forged_tokens(customer: User) -> None:
    pair = open_session(customer)
    claims = jwt.decode(pair.access, options={"verify_signature": False})
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    forged = {
        "refresh as access": pair.refresh,
        "no signature": jwt.encode(claims, None, algorithm="none"),
        "another key": jwt.encode(claims, "x" * 64, algorithm="HS256"),
        "the site's secret key": jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256"),
        "expired": jwt.encode({**claims, "exp": 1}, key, algorithm="HS256"),
        "no session": jwt.encode({k: v for k, v in claims.items() if k != "sid"}, key, algorithm="HS256"),
        "session is no uuid": jwt.encode({**claims, "sid": "1 OR 1=1"}, key, algorithm="HS256"),
        "stripped": pair.access.rpartition(".")[0] + ".",
        "nonsense": "nonsense",
    }
    assert {case: status_of_me(token) for case, token in forged.items()} == dict.fromkeys(forged, 401)
    assert status_of_me(pair.access) == 200


def test_access_ends_after_fifteen_minutes(customer: User) -> None:
    token = open_session(customer).access
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=58)):
        assert status_of_me(token) == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert status_of_me(token) == 401


def test_ended_sessions_are_forgotten(customer: User) -> None:
    open_session(customer)
    forget_ended_sessions()
    assert UserSession.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        forget_ended_sessions()
    assert UserSession.objects.count() == 0


class TestRaces:
    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

    def test_without_the_condition_a_token_rotates_many_times(self) -> None:
        """The negative control: look first, write later, and every request passes."""
        user = make_user()
        open_session(user)
        session = UserSession.objects.get()
        all_have_looked = threading.Barrier(8)

        def naive_rotation(turn: int) -> bool:
            try:
                known = UserSession.objects.get(pk=session.pk)
                all_have_looked.wait(timeout=10)
                if known.current_jti != session.current_jti:
                    return False
                UserSession.objects.filter(pk=session.pk).update(current_jti=f"new-{turn}")
                return True
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=8) as pool:
            assert sum(pool.map(naive_rotation, range(8))) == 8

    def test_sixteen_refreshes_get_one_successor(self) -> None:
        refresh = open_session(make_user()).refresh
        gate = threading.Barrier(16)

        def rotate(_: int) -> requests.Response:
            gate.wait(timeout=20)
            return requests.post(f"{address}{AUTH}/token/refresh/", json={"refresh": refresh}, timeout=30)

        with running_shop() as address, ThreadPoolExecutor(max_workers=16) as pool:
            answers = list(pool.map(rotate, range(16)))
        assert Counter(answer.status_code for answer in answers) == {200: 16}
        successors = {answer.json()["refresh"] for answer in answers}
        assert len(successors) == 1
        assert services.session_rotate(refresh=successors.pop())
        assert UserSession.objects.filter(revoked_at=None).count() == 1

    def test_of_twenty_registrations_one_succeeds(self) -> None:
        gate = threading.Barrier(20)

        def register(turn: int) -> int:
            spelling = "Ann@Example.com" if turn % 2 else "ann@example.com"
            body = {"username": f"ann{turn}", "email": spelling, "password": "securepass123"}
            gate.wait(timeout=20)
            return requests.post(f"{address}{AUTH}/register/", json=body, timeout=60).status_code

        with running_shop() as address, ThreadPoolExecutor(max_workers=20) as pool:
            assert Counter(pool.map(register, range(20))) == {201: 1, 409: 19}
        assert User.objects.filter(email__iexact="ann@example.com").count() == 1
