"""The routes and requests of shop 001's published API."""

from tests.support.account_endpoints import NAME, NEWCOMER, PASSWORD, PROFILE
from tests.support.callers import CATALOGUE, CUSTOMER, FINANCE, OPEN, ORDERS, OWNER, PAGE, REVIEWER, SELLER, Callers
from tests.support.hostile import AMOUNT, EMPTY, NOTHING, NULL, PHONE_OR_NONE, text, whole
from tests.support.query_counts import CountedRequest, CountedShop
from tests.support.writes import ANYBODY, STAFF, Write
from tests.support.writes import CUSTOMER as SHOPPER

ROUTES: dict[str, dict[str, Callers]] = {
    "api/register/": {"POST": OPEN},
    "api/get-user/": {"GET": CUSTOMER},
    "api/update-user/": {"PUT": CUSTOMER},
    "api/forgot-password/": {"POST": OPEN},
    "api/reset-password/<reset:reset_token>/": {"GET": OPEN, "POST": OPEN},
    "api/products/": {"GET": PAGE, "POST": CATALOGUE},
    "api/products/<id:product_id>/": {"GET": PAGE, "PUT": CATALOGUE, "DELETE": CATALOGUE},
    "api/products/create/": {"POST": CATALOGUE},
    "api/products/<id:product_id>/update/": {"PUT": SELLER | CATALOGUE},
    "api/products/<id:product_id>/delete/": {"DELETE": SELLER | CATALOGUE},
    "api/products/upload-images/": {"POST": CATALOGUE},
    "api/products/<id:product_id>/add-review/": {"POST": REVIEWER},
    "api/products/<id:product_id>/delete-review/": {"DELETE": CUSTOMER},
    "api/orders/create/": {"POST": CUSTOMER},
    "api/orders/get/": {"GET": CUSTOMER},
    "api/orders/<id:order_id>/": {"GET": OWNER | ORDERS | FINANCE},
    "api/orders/<id:order_id>/process/": {"PUT": OWNER | ORDERS},
    "api/orders/<id:order_id>/delete/": {"DELETE": OWNER | ORDERS},
    "api/create-checkout-session/": {"POST": CUSTOMER},
    "api/orders/webhook/": {"POST": OPEN},
    "api/token/": {"POST": OPEN},
    "api/token/refresh/": {"POST": OPEN},
}
PRODUCT_FIELDS = {
    "name": text(255),
    "description": text(50_000, blank=True),
    "price": AMOUNT,
    "stock": whole(0, 10**6),
    "category": NULL,
}
ADDRESS = {
    "street": text(500),
    "city": text(100, blank=True),
    "state": text(100, blank=True),
    "zip_code": text(20, blank=True),
    "phone_no": PHONE_OR_NONE,
    "country": text(100, blank=True),
}
STREET = {"street": "1 Main Street"}
ITEMS = [{"product": "{product}", "quantity": 1}]
WRITES = [
    Write(
        "POST",
        "/api/register/",
        ANYBODY,
        NEWCOMER,
        {
            "username": NAME,
            "email": NOTHING,
            "password": PASSWORD,
            "first_name": text(150, blank=True),
            "last_name": text(150, blank=True),
        },
        status=201,
    ),
    Write(
        "PUT",
        "/api/update-user/",
        SHOPPER,
        {"first_name": "Carla"},
        {**PROFILE, "phone": PHONE_OR_NONE, "username": NOTHING, "email": NOTHING, "password": EMPTY},
        empty=200,
    ),
    Write("POST", "/api/forgot-password/", ANYBODY, {"email": "carla@example.com"}, {"email": NOTHING}),
    Write(
        "POST",
        "/api/reset-password/{reset_token}/",
        ANYBODY,
        {"password": "another horse 8"},
        {"password": PASSWORD, "confirmPassword": NOTHING, "confirm_password": NOTHING},
    ),
    Write(
        "POST",
        "/api/products/create/",
        STAFF,
        {"name": "Lamp", "price": 9.5, "stock": 5, "category": "Electronics"},
        PRODUCT_FIELDS,
        status=201,
    ),
    Write("PUT", "/api/products/{product}/update/", STAFF, {"name": "Lamp"}, PRODUCT_FIELDS, empty=200),
    Write(
        "POST",
        "/api/products/{product}/add-review/",
        SHOPPER,
        {"rating": 5, "comment": "Quiet and fast."},
        {"rating": whole(1, 5), "comment": text(5000, blank=True)},
    ),
    Write("POST", "/api/orders/create/", SHOPPER, STREET, ADDRESS, status=201),
    Write(
        "POST",
        "/api/orders/create/",
        SHOPPER,
        {**STREET, "order_items": ITEMS},
        {"order_items": NOTHING, "orderItems": NOTHING},
        status=201,
    ),
    Write("PUT", "/api/orders/{order}/process/", SHOPPER, {"status": "Cancelled"}, {"status": NOTHING}),
    Write("PUT", "/api/orders/{order}/process/", STAFF, {"payment_status": "Paid"}, {"payment_status": NOTHING}),
    Write("POST", "/api/create-checkout-session/", SHOPPER, STREET, ADDRESS, status=201),
    Write(
        "POST",
        "/api/create-checkout-session/",
        SHOPPER,
        {**STREET, "orderItems": ITEMS},
        {"order_items": NOTHING, "orderItems": NOTHING, "success_url": NOTHING, "cancel_url": NOTHING},
        status=201,
    ),
    Write(
        "POST",
        "/api/token/",
        ANYBODY,
        {"username": "carla", "password": "{password}"},
        {"username": NOTHING, "password": NOTHING},
    ),
    Write("POST", "/api/token/refresh/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": NOTHING}),
]


def requests(shop: CountedShop) -> dict[str, CountedRequest]:
    customer, staff, on = shop.customer, shop.staff, shop.payment.order_id
    item = {**STREET, "order_items": [{"product": shop.single.pk, "quantity": 1}]}
    review = {"rating": 5, "comment": "Quiet and fast."}
    return {
        "GET get-user/": lambda: customer.get("/api/get-user/"),
        "POST products/{id}/add-review/": lambda: customer.post(f"/api/products/{shop.product.pk}/add-review/", review),
        "POST orders/create/": lambda: customer.post("/api/orders/create/", STREET),
        "POST orders/create/, one item": lambda: customer.post("/api/orders/create/", item, format="json"),
        "GET orders/get/": lambda: customer.get("/api/orders/get/"),
        "GET orders/{id}/": lambda: customer.get(f"/api/orders/{on}/"),
        "PUT orders/{id}/process/": lambda: staff.put(f"/api/orders/{on}/process/", {"status": "confirmed"}),
        "DELETE orders/{id}/delete/": lambda: customer.delete(f"/api/orders/{on}/delete/"),
    }
