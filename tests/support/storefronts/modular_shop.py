"""The routes and requests of shop 003's published API."""

from tests.support.account_endpoints import NAME, NEWCOMER, PASSWORD
from tests.support.callers import CATALOGUE, CUSTOMER, OPEN, PAGE, Callers
from tests.support.hostile import AMOUNT, NOTHING, NULL, text, whole
from tests.support.query_counts import CountedRequest, CountedShop
from tests.support.writes import ANYBODY, STAFF, Write
from tests.support.writes import CUSTOMER as SHOPPER

NEW_PASSWORD = "another horse 8"
RESET = "/accounts/password-reset-confirm/{reset_uid}/{reset_secret}/"
PRODUCT = {
    "name": text(255),
    "description": text(50_000, blank=True),
    "price": AMOUNT,
    "stock": whole(0, 10**6),
    "category": NULL,
}
CATEGORY = {"name": text(120), "description": text(5000, blank=True)}

ROUTES: dict[str, dict[str, Callers]] = {
    "accounts/register/": {"POST": OPEN},
    "accounts/verify-otp/": {"POST": OPEN},
    "accounts/resend-otp/": {"POST": OPEN},
    "accounts/login/": {"POST": OPEN},
    "accounts/change-password/": {"POST": CUSTOMER},
    "accounts/request-reset-email/": {"POST": OPEN},
    "accounts/password-reset-confirm/<slug:uid>/<slug:secret>/": {"GET": OPEN, "POST": OPEN},
    "accounts/user/": {"GET": CUSTOMER},
    "accounts/token/": {"POST": OPEN},
    "accounts/token/refresh/": {"POST": OPEN},
    "accounts/token/verify/": {"POST": OPEN},
    "catalog/products/": {"GET": PAGE, "POST": CATALOGUE},
    "catalog/products/<id:product_id>/": {"GET": PAGE, "PUT": CATALOGUE, "PATCH": CATALOGUE, "DELETE": CATALOGUE},
    "catalog/categories/": {"GET": PAGE, "POST": CATALOGUE},
    "catalog/categories/<id:category_id>/": {
        "GET": PAGE,
        "PUT": CATALOGUE,
        "PATCH": CATALOGUE,
        "DELETE": CATALOGUE,
    },
}
WRITES = [
    Write(
        "POST",
        "/accounts/register/",
        ANYBODY,
        {**NEWCOMER, "password2": "{password}"},
        {
            "username": NAME,
            "email": NOTHING,
            "password": NOTHING,
            "password2": NOTHING,
            "first_name": text(150, blank=True),
            "last_name": text(150, blank=True),
        },
        status=201,
    ),
    Write(
        "POST",
        "/accounts/register/",
        ANYBODY,
        {"email": "new@example.com", "password1": "{password}", "confirm_password": "{password}"},
        {"email": NOTHING, "password1": NOTHING, "confirm_password": NOTHING},
        status=201,
    ),
    *(
        Write(
            "POST",
            "/accounts/verify-otp/",
            ANYBODY,
            {"email": "carla@example.com", name: "{verification_code}"},
            {"email": NOTHING, name: NOTHING},
        )
        for name in ("otp", "code")
    ),
    Write("POST", "/accounts/resend-otp/", ANYBODY, {"email": "carla@example.com"}, {"email": NOTHING}),
    *(
        Write("POST", path, ANYBODY, {name: who, "password": "{password}"}, {name: NOTHING, "password": NOTHING})
        for path in ("/accounts/login/", "/accounts/token/")
        for name, who in {"username": "root", "email": "root@example.com"}.items()
    ),
    Write(
        "POST",
        "/accounts/change-password/",
        SHOPPER,
        {"old_password": "{password}", "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
        {"old_password": NOTHING, "new_password": NOTHING, "confirm_password": NOTHING},
    ),
    Write("POST", "/accounts/request-reset-email/", ANYBODY, {"email": "carla@example.com"}, {"email": NOTHING}),
    Write(
        "POST",
        RESET,
        ANYBODY,
        {"password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
        {"password": NOTHING, "confirm_password": NOTHING},
    ),
    Write("POST", RESET, ANYBODY, {"new_password": NEW_PASSWORD}, {"new_password": PASSWORD}),
    Write("POST", "/accounts/token/refresh/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": NOTHING}),
    *(
        Write("POST", "/accounts/token/verify/", ANYBODY, {"token": token}, {"token": NOTHING})
        for token in ("{access}", "{refresh}")
    ),
    Write(
        "POST",
        "/catalog/products/",
        STAFF,
        {"name": "Lamp", "price": 9.5, "stock": 5, "category": "{category}"},
        PRODUCT,
        status=201,
    ),
    Write("PUT", "/catalog/products/{product}/", STAFF, {"name": "Lamp", "price": "9.50"}, PRODUCT),
    Write("PATCH", "/catalog/products/{product}/", STAFF, {"name": "Lamp"}, PRODUCT, empty=200),
    Write("POST", "/catalog/categories/", STAFF, {"name": "Phones"}, CATEGORY, status=201),
    Write("PUT", "/catalog/categories/{category}/", STAFF, {"name": "Phones"}, CATEGORY),
    Write("PATCH", "/catalog/categories/{category}/", STAFF, {"name": "Phones"}, CATEGORY, empty=200),
]


def requests(shop: CountedShop) -> dict[str, CountedRequest]:
    product, category = f"/catalog/products/{shop.single.pk}/", f"/catalog/categories/{shop.product.category_id}/"
    return {
        "GET user/": lambda: shop.customer.get("/accounts/user/"),
        "GET products/": lambda: shop.anonymous.get("/catalog/products/"),
        "POST products/": lambda: shop.staff.post("/catalog/products/", {"name": "Lamp", "price": 9.5, "stock": 5}),
        "GET products/{id}/": lambda: shop.anonymous.get(f"/catalog/products/{shop.product.pk}/"),
        "PUT products/{id}/": lambda: shop.staff.put(product, {"name": "Lamp", "price": 9.5, "stock": 5}),
        "PATCH products/{id}/": lambda: shop.staff.patch(product, {"price": 9.5}),
        "DELETE products/{id}/": lambda: shop.staff.delete(product),
        "GET categories/": lambda: shop.anonymous.get("/catalog/categories/"),
        "GET categories/{id}/": lambda: shop.anonymous.get(category),
    }
