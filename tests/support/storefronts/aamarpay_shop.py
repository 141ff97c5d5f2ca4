"""The routes and requests of shop 000's published API."""

from typing import Any

from tests.support.account_endpoints import NAME, PASSWORD
from tests.support.callers import CUSTOMER, OPEN, ORDERS, OWNER, Callers
from tests.support.hostile import NOTHING, PHONE, text, whole
from tests.support.query_counts import CountedRequest, CountedShop
from tests.support.writes import ANYBODY, Write
from tests.support.writes import CUSTOMER as SHOPPER

QUANTITY = whole(1, 999)
# The customer opens a thread for herself; staff who may answer her open one for her.
THREADS = Callers(frozenset({"customer"})) | ORDERS

ROUTES: dict[str, dict[str, Callers]] = {
    "api/login/": {"POST": OPEN},
    "api/threads/": {"POST": THREADS},
    "api/register/": {"POST": OPEN},
    "api/request_by_email_verification/": {"POST": OPEN},
    "api/verify_email_token/": {"POST": OPEN},
    "api/order_shipping/": {"GET": CUSTOMER},
    "api/product_cart/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/product_cart/<id:item_id>/": {"POST": OWNER, "PUT": OWNER, "PATCH": OWNER, "DELETE": OWNER},
    "api/aamar_pay_payment_request/": {"POST": OWNER},
    # The form that the buyer's browser brings is not believed, so anybody may post it.
    "api/aamar_pay_payment_confirmation_request/": {"GET": OPEN, "POST": OPEN},
    "api/aamar_pay_payment_confirmation_fail_request/": {"GET": OPEN, "POST": OPEN},
}
PAYMENT: dict[str, Any] = {
    "cus_name": "Mahadi",
    "cus_email": "mahadi@example.com",
    "cus_phone": "01715059172",
    "currency": "USD",
    "success_url": "http://127.0.0.1:8000/api/aamar_pay_payment_confirmation_request/",
    "fail_url": "http://127.0.0.1:8000/api/aamar_pay_payment_confirmation_fail_request/",
    "cancel_url": "http://127.0.0.1:8000/api/aamar_pay_payment_confirmation_fail_request/",
    "cus_add1": "dhaka",
    "cus_add2": "dhaka",
    "cus_city": "dhaka",
    "cus_state": "dhaka",
    "cus_postcode": "1216",
    "cus_country": "bangladesh",
    "type": "json",
    "desc": "Description",
    "identification": {"cart_id": "{cart}"},
}
WRITES = [
    *(
        Write(
            "POST",
            "/api/login/",
            ANYBODY,
            {"username": who, "password": "{password}"},
            {"username": NOTHING, "password": NOTHING},
        )
        for who in ("carla", "carla@example.com")
    ),
    Write("POST", "/api/threads/", SHOPPER, {"user": "{user}"}, {"user": NOTHING}, status=201),
    Write(
        "POST",
        "/api/register/",
        ANYBODY,
        {"username": "newcomer", "email": "new@example.com", "password1": "{password}", "password2": "{password}"},
        {
            "username": NAME,
            "email": NOTHING,
            "password1": NOTHING,
            "password2": NOTHING,
            "first_name": text(150, blank=True),
            "last_name": text(150, blank=True),
        },
        status=201,
    ),
    *(
        Write(
            "POST",
            "/api/request_by_email_verification/",
            ANYBODY,
            {"email": "carla@example.com", "using_for": purpose},
            {"email": NOTHING, "using_for": NOTHING},
        )
        for purpose in ("password_reset", "email_verification")
    ),
    Write(
        "POST",
        "/api/verify_email_token/",
        ANYBODY,
        {
            "otp": "{reset_code}",
            "email": "carla@example.com",
            "using_for": "password_reset",
            "password": "another horse 8",
        },
        {"otp": NOTHING, "email": NOTHING, "using_for": NOTHING, "password": PASSWORD},
    ),
    Write(
        "POST",
        "/api/verify_email_token/",
        ANYBODY,
        {"otp": "{verification_code}", "email": "carla@example.com", "using_for": "email_verification"},
        {"otp": NOTHING, "email": NOTHING, "using_for": NOTHING},
    ),
    Write(
        "POST",
        "/api/product_cart/",
        SHOPPER,
        {"product": "{product}", "quantity": 1},
        {"product": NOTHING, "quantity": QUANTITY},
        status=201,
        empty=200,
    ),
    Write(
        "POST",
        "/api/product_cart/",
        SHOPPER,
        {"cart": "{cart}", "created_by": "{user}"},
        {"cart": NOTHING, "created_by": NOTHING},
        empty=200,
    ),
    *(
        Write(
            method,
            "/api/product_cart/{cart_item}/",
            SHOPPER,
            {"cart": "{cart}", "product": "{product}", **creator, "quantity": 7},
            {"cart": NOTHING, "product": NOTHING, **dict.fromkeys(creator, NOTHING), "quantity": whole(1, 49)},
        )
        for creator in ({}, {"created_by": "{user}"})
        for method in ("POST", "PUT", "PATCH")
    ),
    Write(
        "POST",
        "/api/aamar_pay_payment_request/",
        SHOPPER,
        PAYMENT,
        {
            "cus_name": text(150),
            "cus_email": NOTHING,
            "cus_phone": PHONE,
            "currency": NOTHING,
            **dict.fromkeys(("success_url", "fail_url", "cancel_url", "desc"), text(500, blank=True)),
            "cus_add1": text(240),
            "cus_add2": text(240, blank=True),
            **dict.fromkeys(("cus_city", "cus_state", "cus_country"), text(100, blank=True)),
            **dict.fromkeys(("cus_postcode", "type"), text(20, blank=True)),
            "identification": NOTHING,
            "identification.cart_id": NOTHING,
        },
    ),
]


def requests(shop: CountedShop) -> dict[str, CountedRequest]:
    """Return the requests to count. The payment request needs BDT, so ``tests/contracts`` counts it."""
    customer = shop.customer
    user = customer.get("/api/v1/auth/me/").json()["id"]
    cart = customer.get("/api/product_cart/").json()
    item = f"/api/product_cart/{cart['items'][0]['id']}/"
    put = {"product": shop.single.pk, "quantity": 1}
    return {
        "GET order_shipping/": lambda: customer.get("/api/order_shipping/"),
        "GET product_cart/": lambda: customer.get("/api/product_cart/"),
        "POST product_cart/": lambda: customer.post("/api/product_cart/"),
        "POST product_cart/, a product": lambda: customer.post("/api/product_cart/", put),
        "PUT product_cart/{id}/": lambda: customer.put(item, {"cart": cart["id"], "created_by": user, "quantity": 7}),
        "DELETE product_cart/{id}/": lambda: customer.delete(item),
        "POST threads/": lambda: customer.post("/api/threads/", {"user": user}),
    }
