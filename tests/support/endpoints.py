"""Every request with a body that the API reads: who sends it, a good body, and what each field may hold besides.

``{product}`` and the like stand for ``World.words``. Where two fields exclude each other the request stands twice.
"""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.hostile import AMOUNT, EMPTY, FLAG, NOTHING, NULL, Accepted, text, whole

_HOLE = "@@hole@@"


@dataclass(frozen=True)
class Write:
    """``status`` answers ``body``, ``empty`` an empty object. ``fields`` are named from the top: ``address.city``."""

    method: str
    path: str
    who: str
    body: dict[str, Any]
    fields: dict[str, Accepted]
    status: int = 200
    empty: int = 400

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({', '.join(self.body) or 'nothing'})"

    def json(self, words: dict[str, Any], **fields: Any) -> bytes:
        return json.dumps(fill(self.body, words) | fields).encode()

    def json_with(self, words: dict[str, Any], name: str, literal: str) -> bytes:
        """The good body with ``literal``, as it stands, for the field ``name``."""
        body = fill(self.body, words)
        *above, last = name.split(".")
        inside = body
        for key in above:
            inside = inside[key]
        inside[last] = _HOLE
        return json.dumps(body).replace(f'"{_HOLE}"', literal).encode()


def fill(value: Any, words: dict[str, Any]) -> Any:
    """``value`` with each ``{word}`` in its place; a text that is one word alone takes the word's type."""
    if isinstance(value, dict):
        return {key: fill(below, words) for key, below in value.items()}
    if isinstance(value, list):
        return [fill(below, words) for below in value]
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return words[value[1:-1]]
    return value


NAME = text(150) - {"text that grows"}
PROFILE = {
    "first_name": text(150, blank=True),
    "last_name": text(150, blank=True),
    "address": text(255, blank=True),
    "city": text(100, blank=True),
    "postal_code": text(20, blank=True),
    "country": text(100, blank=True),
}
# What is too short, only digits or on everybody's list is no password.
PASSWORD = frozenset({"text that grows"})
POSTAL = {
    "name": text(150, blank=True),
    "phone": text(32, blank=True),
    "street": text(500),
    "city": text(100, blank=True),
    "state": text(100, blank=True),
    "postal_code": text(20, blank=True),
    "country": text(100, blank=True),
}
STREET = {"street": "1 Main Street"}
CUSTOMER, STAFF, ANYBODY = "customer", "staff", "anonymous"
STOCK = whole(0, 10**6)
QUANTITY = whole(1, 999)
NEWCOMER = {"username": "newcomer", "email": "new@example.com", "password": "{password}"}
PRODUCT_FIELDS = {
    "name": text(255),
    "description": text(50_000, blank=True),
    "price": AMOUNT,
    "stock": STOCK,
    "brand": text(120, blank=True),
    "product_type": text(120, blank=True),
    "tags": frozenset({"a list"}),
    "category": NULL,
    "status": NOTHING,
}

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
            "phone": text(32, blank=True),
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
        "PATCH",
        "/api/v1/auth/me/",
        CUSTOMER,
        {"first_name": "Carla"},
        {**PROFILE, "phone": text(32, blank=True), "gender": EMPTY, "avatar": NOTHING},
        empty=200,
    ),
]
CATALOG = [
    Write(
        "POST",
        "/api/v1/categories/",
        STAFF,
        {"name": "Phones"},
        {"name": text(120), "description": text(5000, blank=True), "parent": NULL},
        status=201,
    ),
    Write(
        "PATCH",
        "/api/v1/categories/{category}/",
        STAFF,
        {"name": "Phones"},
        {"name": text(120), "description": text(5000, blank=True)},
        empty=200,
    ),
    Write(
        "POST", "/api/v1/products/", STAFF, {"name": "Lamp", "price": "9.50", "stock": 5}, PRODUCT_FIELDS, status=201
    ),
    Write(
        # Two pieces are in a cart, one is reserved: the stock may become anything.
        "PATCH",
        "/api/v1/products/{product}/",
        STAFF,
        {"name": "Lamp"},
        PRODUCT_FIELDS,
        empty=200,
    ),
    Write(
        "POST",
        "/api/v1/products/{product}/variants/",
        STAFF,
        {"options": [{"name": "Size", "value": "M"}], "price": "9.50"},
        {
            "options": NOTHING,
            "price": AMOUNT,
            "sku": text(100, blank=True),
            "barcode": text(64, blank=True),
            "weight_grams": whole(0, 10**9),
            "stock": STOCK,
        },
        status=201,
    ),
    Write(
        "POST",
        "/api/v1/products/{product}/reviews/",
        CUSTOMER,
        {"rating": 5},
        {"rating": whole(1, 5), "comment": text(5000, blank=True)},
        status=201,
    ),
    Write(
        "POST",
        "/api/v1/inventory/movements/",
        STAFF,
        {"stock_item": "{stock_item}", "quantity": 3, "kind": "receipt"},
        {
            "stock_item": NOTHING,
            "quantity": whole(-(10**6), 10**6) - {"zero"},
            "kind": NOTHING,
            "note": text(255, blank=True),
        },
        status=201,
    ),
]
BUYING = [
    Write(
        "POST",
        "/api/v1/cart/items/",
        CUSTOMER,
        {"product": "{product}", "quantity": 1},
        {"product": NOTHING, "quantity": QUANTITY},
        status=201,
    ),
    Write("POST", "/api/v1/cart/items/", ANYBODY, {"variant": "{variant}"}, {"variant": NOTHING}, status=201),
    Write("PATCH", "/api/v1/cart/items/{cart_item}/", CUSTOMER, {"quantity": 3}, {"quantity": QUANTITY}),
    Write("POST", "/api/v1/cart/merge/", CUSTOMER, {"token": "{guest_token}"}, {"token": NOTHING}),
    Write("POST", "/api/v1/addresses/", CUSTOMER, STREET, {**POSTAL, "is_default": FLAG}, status=201),
    Write(
        "PATCH",
        "/api/v1/addresses/{address}/",
        CUSTOMER,
        {"city": "Nairobi"},
        {**POSTAL, "is_default": FLAG},
        empty=200,
    ),
    Write(
        "POST", "/api/v1/orders/quote/", CUSTOMER, {}, {"shipping_method": frozenset({"nothing", "blanks"})}, empty=200
    ),
    Write(
        "POST",
        "/api/v1/orders/",
        CUSTOMER,
        {"address": STREET, "payment_method": "manual"},
        {
            "address": NOTHING,
            **{f"address.{name}": accepted for name, accepted in POSTAL.items()},
            "shipping_method": frozenset({"nothing", "blanks"}),
            "payment_method": NOTHING,
            "email": frozenset({"nothing", "blanks"}),
            "phone": text(32, blank=True),
            "note": text(2000, blank=True),
            "expected_total": NOTHING,
            "cart": NOTHING,
        },
        status=201,
    ),
    Write("POST", "/api/v1/orders/", CUSTOMER, {"address_id": "{address}"}, {"address_id": NOTHING}, status=201),
    Write(
        "POST",
        "/api/v1/orders/{order}/transition/",
        STAFF,
        {"status": "shipped"},
        {"status": NOTHING, "reason": text(255, blank=True)},
    ),
    Write(
        "POST",
        "/api/v1/payments/{payment}/confirm/",
        STAFF,
        {"reference": "17"},
        {"reference": text(100, blank=True)},
        empty=200,
    ),
    Write("POST", "/api/v1/notifications/read/", CUSTOMER, {"up_to": "{notification}"}, {"up_to": whole(1, 2**63 - 1)}),
]
SHOP_004 = [
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
        CUSTOMER,
        {"city": "Nairobi"},
        {**PROFILE, "phone_number": text(32, blank=True)},
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
        CUSTOMER,
        {"product_id": "{product}", "quantity": 1},
        {"product_id": NOTHING, "quantity": QUANTITY},
        status=201,
    ),
    Write(
        "PUT",
        "/api/orders/cart/update_item/",
        CUSTOMER,
        {"item_id": "{cart_item}", "quantity": 3},
        {"item_id": NOTHING, "quantity": QUANTITY},
    ),
    Write(
        "POST",
        "/api/orders/",
        CUSTOMER,
        {"shipping_address": "1 Main Street", "phone_number": "+1234567890"},
        {"shipping_address": text(500), "phone_number": text(32)},
        status=201,
    ),
    Write("PATCH", "/api/orders/{order}/update_status/", STAFF, {"status": "shipped"}, {"status": NOTHING}),
]
WRITES = [*ACCOUNTS, *CATALOG, *BUYING, *SHOP_004]
