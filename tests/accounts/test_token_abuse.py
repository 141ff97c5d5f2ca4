"""Tokens that somebody has put together or uses where they don't belong."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.models import OneTimeCode, User, UserSession
from tests.support.rows import all_rows, changed
from tests.support.tokens import open_session

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
THEIRS = "a key of the forger's own, long enough for HS256 and longer"
THEIR_PAIR = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims: dict[str, Any], **headers: Any) -> str:
    """Sign ``claims`` with the shop's own key."""
    return jwt.encode(claims, settings.SIMPLE_JWT["SIGNING_KEY"], algorithm="HS256", headers=headers)


def forged(claims: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield forged tokens with a description. Their headers name the forger's key, or demand something unknown."""
    octets = {"kty": "oct", "k": jwt.utils.base64url_encode(THEIRS.encode()).decode(), "alg": "HS256"}
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(THEIR_PAIR.public_key()))
    yield "HS256, key in the header", jwt.encode(claims, THEIRS, algorithm="HS256", headers={"jwk": octets})
    yield "RS256, key in the header", jwt.encode(claims, THEIR_PAIR, algorithm="RS256", headers={"jwk": public})
    for name in ("jku", "x5u"):
        address = {name: "https://evil.example/keys.json"}
        yield f"key at {name}", jwt.encode(claims, THEIR_PAIR, algorithm="RS256", headers=address)
    for kid in ("../../../../dev/null", "' UNION SELECT 'x", "http://evil.example/"):
        yield f"key called {kid}", jwt.encode(claims, b"\0" * 32, algorithm="HS256", headers={"kid": kid})
    yield "a demand nobody knows", signed(claims, crit=["evil"], evil=True)
    yield "a demand for an unencoded payload", signed(claims, crit=["b64"], b64=False)


def not_yet(claims: dict[str, Any]) -> str:
    return signed({**claims, "nbf": timezone.now() + timedelta(minutes=1)})


def status_of(path: str, body: dict[str, Any] | None = None, bearer: str = "") -> int:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    api = APIClient(headers=headers)
    return (api.get(path) if body is None else api.post(path, body)).status_code


def test_an_access_token_is_checked_in_our_way_alone(customer: User) -> None:
    pair = open_session(customer)
    claims = claims_of(pair.access)
    tries = dict(forged(claims)) | {"not valid yet": not_yet(claims)}
    found = {
        case: (status_of(f"{AUTH}/me/", bearer=token), status_of(f"{AUTH}/token/verify/", {"token": token}))
        for case, token in tries.items()
    }
    assert found == dict.fromkeys(tries, (401, 401))
    assert status_of(f"{AUTH}/me/", bearer=signed(claims)) == 200


@pytest.mark.parametrize("path", [f"{AUTH}/token/refresh/", "/api/auth/token/refresh/", f"{AUTH}/logout/"])
def test_so_is_a_refresh_token(customer: User, path: str) -> None:
    pair = open_session(customer)
    claims = claims_of(pair.refresh)
    tries = dict(forged(claims)) | {"not valid yet": not_yet(claims), "an access token": pair.access}
    before = all_rows()
    found = {case: status_of(path, {"refresh": token}) for case, token in tries.items()}
    assert found == dict.fromkeys(tries, 401)
    assert changed(before, all_rows()) == []
    assert status_of(path, {"refresh": pair.refresh}) < 300


def test_only_an_access_token_that_is_good_now_is_called_good(customer: User) -> None:
    pair = open_session(customer)
    verify = f"{AUTH}/token/verify/"
    assert [status_of(verify, {"token": token}) for token in (pair.access, pair.refresh)] == [200, 401]
    services.session_revoke(session=UserSession.objects.get())
    assert status_of(verify, {"token": pair.access}) == 401


@pytest.mark.parametrize("nothing", ["", None, [], {}, False, 0, "null", "000000"])
def test_an_account_whose_code_is_not_made_yet_is_proven_by_nothing(nothing: Any) -> None:
    """Between the registration and the job that makes the code there is no row that a code could be compared with."""
    newcomer = {"username": "nora", "email": "nora@example.com", "password": "securepass123"}
    assert status_of(f"{AUTH}/register/", newcomer) == 201
    assert not OneTimeCode.objects.exists()
    before = User.objects.values().get()
    with_code = {"email": newcomer["email"], "code": nothing}
    password = {"password": "another horse battery 8"}
    assert status_of(f"{AUTH}/email/verify/", with_code) == 400
    assert status_of(f"{AUTH}/password/reset/by-code/", with_code | password) == 400
    assert status_of(f"{AUTH}/password/reset/by-link/", {"token": nothing, **password}) == 400
    assert User.objects.values().get() == before
