"""List the requests with a body about accounts, for ``tests.support.endpoints``."""

from tests.support.hostile import EMPTY, NOTHING, PHONE_OR_NONE, text
from tests.support.writes import ANYBODY, CUSTOMER, SELLER, Write

NAME = text(150) - {"text that grows"}
PROFILE = {
    "first_name": text(150, blank=True),
    "last_name": text(150, blank=True),
    "address": text(255, blank=True),
    "city": text(100, blank=True),
    "postal_code": text(20, blank=True),
    "country": text(100, blank=True),
}
# A password must not be too short, only digits or a common one.
PASSWORD = frozenset({"text that grows"})
NEWCOMER = {"username": "newcomer", "email": "new@example.com", "password": "{password}"}
ACCOUNTS = [
    Write(
        "POST",
        "/api/v1/auth/register/",
        ANYBODY,
        NEWCOMER,
        {
            "username": NAME,
            "email": NOTHING,
            "password": PASSWORD,
            "first_name": text(150, blank=True),
            "last_name": text(150, blank=True),
            "phone": PHONE_OR_NONE,
        },
        status=201,
    ),
    Write(
        "POST",
        "/api/v1/auth/token/",
        ANYBODY,
        {"username": "carla", "password": "{password}"},
        {"username": NOTHING, "password": NOTHING},
    ),
    Write("POST", "/api/v1/auth/token/refresh/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": NOTHING}),
    Write("POST", "/api/v1/auth/token/verify/", ANYBODY, {"token": "{access}"}, {"token": NOTHING}),
    Write("POST", "/api/v1/auth/logout/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": NOTHING}, status=204),
    Write(
        "POST",
        "/api/v1/auth/password/",
        CUSTOMER,
        {"old_password": "{password}", "new_password": "another horse 8"},
        {"old_password": NOTHING, "new_password": PASSWORD},
    ),
    Write(
        "POST",
        "/api/v1/auth/email/verify/",
        ANYBODY,
        {"email": "carla@example.com", "code": "{verification_code}"},
        {"email": NOTHING, "code": NOTHING},
        status=204,
    ),
    Write(
        "POST", "/api/v1/auth/email/resend/", ANYBODY, {"email": "carla@example.com"}, {"email": NOTHING}, status=202
    ),
    Write(
        "POST",
        "/api/v1/auth/email/change/",
        CUSTOMER,
        {"email": "new@example.com", "password": "{password}"},
        {"email": NOTHING, "password": NOTHING},
        status=202,
    ),
    Write("POST", "/api/v1/auth/email/change/confirm/", CUSTOMER, {"code": "{change_code}"}, {"code": NOTHING}),
    Write(
        "POST",
        "/api/v1/auth/password/reset/",
        ANYBODY,
        {"email": "carla@example.com", "by": "code"},
        {"email": NOTHING, "by": NOTHING},
        status=202,
    ),
    Write(
        "POST",
        "/api/v1/auth/password/reset/by-link/",
        ANYBODY,
        {"token": "{reset_token}", "password": "another horse 8"},
        {"token": NOTHING, "password": PASSWORD},
        status=204,
    ),
    Write(
        "POST",
        "/api/v1/auth/password/reset/by-code/",
        ANYBODY,
        {"email": "carla@example.com", "code": "{reset_code}", "password": "another horse 8"},
        {"email": NOTHING, "code": NOTHING, "password": PASSWORD},
        status=204,
    ),
    Write(
        "POST",
        "/api/v1/auth/session/",
        ANYBODY,
        {"username": "carla", "password": "{password}"},
        {"username": NOTHING, "password": NOTHING},
    ),
    Write(
        "POST",
        "/api/v1/auth/me/erase/",
        SELLER,
        {"password": "{password}"},
        {"password": NOTHING},
        status=204,
    ),
    Write(
        "PATCH",
        "/api/v1/auth/me/",
        CUSTOMER,
        {"first_name": "Carla"},
        {**PROFILE, "phone": PHONE_OR_NONE, "gender": EMPTY, "avatar": NOTHING},
        empty=200,
    ),
]
