"""The routes and requests of shop 004's published API."""

from typing import Any

from tests.support.account_endpoints import NAME, NEWCOMER, PROFILE
from tests.support.callers import CATALOGUE, CUSTOMER, FINANCE, OPEN, ORDERS, OWNER, PAGE, Callers
from tests.support.hostile import AMOUNT, NOTHING, NULL, PHONE, PHONE_OR_NONE, text, whole
from tests.support.query_counts import CountedRequest, CountedShop
from tests.support.writes import ANYBODY, STAFF, Write
from tests.support.writes import CUSTOMER as SHOPPER

STOCK = whole(0, 10**6)
QUANTITY = whole(1, 999)

ROUTES: dict[str, dict[str, Callers]] = {
    "api/auth/register/": {"POST": OPEN},
    "api/auth/login/": {"POST": OPEN},
    "api/auth/token/refresh/": {"POST": OPEN},
    "api/auth/profile/": {"GET": CUSTOMER, "PUT": CUSTOMER},
    "api/products/": {"GET": PAGE, "POST": CATALOGUE},
    "api/products/<id:product_id>/": {"GET": PAGE, "PUT": CATALOGUE, "DELETE": CATALOGUE},
    "api/products/low_stock/": {"GET": PAGE},
    "api/products/categories/": {"GET": PAGE, "POST": CATALOGUE},
    "api/orders/cart/": {"GET": CUSTOMER},
    "api/orders/cart/add_item/": {"POST": CUSTOMER},
    "api/orders/cart/update_item/": {"PUT": OWNER},
    "api/orders/cart/remove_item/": {"DELETE": OWNER},
    "api/orders/cart/clear/": {"DELETE": CUSTOMER},
    "api/orders/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/orders/<id:order_id>/": {"GET": OWNER | ORDERS | FINANCE},
    "api/orders/<id:order_id>/update_status/": {"PATCH": ORDERS},
}
WRITES = [
    Write(
        "POST",
        "/api/auth/register/",
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
        "/api/auth/login/",
        ANYBODY,
        {"username": "carla", "password": "{password}"},
        {"username": NOTHING, "password": NOTHING},
    ),
    Write("POST", "/api/auth/token/refresh/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": NOTHING}),
    Write(
        "PUT",
        "/api/auth/profile/",
        SHOPPER,
        {"city": "Nairobi"},
        {**PROFILE, "phone_number": PHONE_OR_NONE},
        empty=200,
    ),
    Write(
        "POST",
        "/api/products/",
        STAFF,
        {"name": "Lamp", "price": 9.5, "stock": 5, "category": "{category}"},
        {
            "name": text(255),
            "description": text(50_000, blank=True),
            "price": AMOUNT,
            "stock": STOCK,
            "category": NULL,
        },
        status=201,
    ),
    Write(
        "PUT",
        "/api/products/{product}/",
        STAFF,
        {"name": "Lamp"},
        {
            "name": text(255),
            "description": text(50_000, blank=True),
            "price": AMOUNT,
            "stock": STOCK,
            "category": NULL,
        },
        empty=200,
    ),
    Write(
        "POST",
        "/api/products/categories/",
        STAFF,
        {"name": "Phones"},
        {"name": text(120), "description": text(5000, blank=True)},
        status=201,
    ),
    Write(
        "POST",
        "/api/orders/cart/add_item/",
        SHOPPER,
        {"product_id": "{product}", "quantity": 1},
        {"product_id": NOTHING, "quantity": QUANTITY},
        status=201,
    ),
    Write(
        "PUT",
        "/api/orders/cart/update_item/",
        SHOPPER,
        {"item_id": "{cart_item}", "quantity": 3},
        {"item_id": NOTHING, "quantity": QUANTITY},
    ),
    Write(
        "POST",
        "/api/orders/",
        SHOPPER,
        {"shipping_address": "1 Main Street", "phone_number": "+1234567890"},
        {"shipping_address": text(500), "phone_number": PHONE},
        status=201,
    ),
    Write("PATCH", "/api/orders/{order}/update_status/", STAFF, {"status": "shipped"}, {"status": NOTHING}),
]


def requests(shop: CountedShop) -> dict[str, CountedRequest]:
    customer, staff, on = shop.customer, shop.staff, shop.payment.order_id
    order: dict[str, Any] = {"shipping_address": "1 Main Street", "phone_number": "+1234567890"}
    return {
        "GET products/": lambda: shop.anonymous.get("/api/products/"),
        "GET products/{id}/": lambda: shop.anonymous.get(f"/api/products/{shop.product.pk}/"),
        "GET products/low_stock/": lambda: shop.anonymous.get("/api/products/low_stock/"),
        "GET products/categories/": lambda: shop.anonymous.get("/api/products/categories/"),
        "GET orders/cart/": lambda: customer.get("/api/orders/cart/"),
        "POST orders/cart/add_item/": lambda: customer.post(
            "/api/orders/cart/add_item/", {"product_id": shop.single.pk}
        ),
        "GET orders/": lambda: customer.get("/api/orders/"),
        "POST orders/": lambda: customer.post("/api/orders/", order),
        "POST orders/, with a key": lambda: customer.post("/api/orders/", order, headers={"Idempotency-Key": "one"}),
        "GET orders/{id}/": lambda: customer.get(f"/api/orders/{on}/"),
        "PATCH orders/{id}/update_status/": lambda: staff.patch(
            f"/api/orders/{on}/update_status/", {"status": "confirmed"}
        ),
    }
