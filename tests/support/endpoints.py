"""Every request with a body that the API reads.

``{product}`` and the like are replaced by ``World.words``. Where two fields exclude each other, the request is listed
twice.
"""

from tests.support.account_endpoints import ACCOUNTS
from tests.support.hostile import AMOUNT, FLAG, NOTHING, NULL, PHONE, PHONE_OR_NONE, text, whole
from tests.support.storefronts import aamarpay_shop, modular_shop, omache, realtime_shop, stripe_shop
from tests.support.writes import ANYBODY, CUSTOMER, STAFF, Write

POSTAL = {
    "name": text(150, blank=True),
    "phone": PHONE_OR_NONE,
    "street": text(500),
    "city": text(100, blank=True),
    "state": text(100, blank=True),
    "postal_code": text(20, blank=True),
    "country": text(100, blank=True),
}
STREET = {"street": "1 Main Street"}
STOCK = whole(0, 10**6)
QUANTITY = whole(1, 999)
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
        # Two pieces are in a cart and one is reserved; the stock may still become any number.
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
        "/api/v1/products/{product}/variants/{variant}/tiers/",
        STAFF,
        {"amount": "9.50", "min_quantity": 10},
        {"amount": AMOUNT, "currency": NOTHING, "group": NOTHING, "min_quantity": whole(2, 10**6)},
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
    Write(
        "POST",
        "/api/v1/promotions/",
        STAFF,
        {"name": "A tenth off", "kind": "percentage"},
        {"name": text(100), "kind": NOTHING},
        status=201,
    ),
    Write("PATCH", "/api/v1/promotions/{promotion}/", STAFF, {"name": "Half"}, {"name": text(100)}, empty=200),
    Write(
        "POST", "/api/v1/promotions/{promotion}/codes/", STAFF, {"count": 2}, {"count": whole(1, 10_000)}, status=201
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
    Write("PATCH", "/api/v1/cart/", CUSTOMER, {"currency": "usd"}, {"currency": NOTHING}),
    Write("PATCH", "/api/v1/cart/items/{variant}/", CUSTOMER, {"quantity": 3}, {"quantity": QUANTITY}),
    Write("POST", "/api/v1/cart/codes/", CUSTOMER, {"code": "{promotion_code}"}, {"code": NOTHING}, status=201),
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
        "POST",
        "/api/v1/orders/quote/",
        CUSTOMER,
        {"postal_code": "00100"},
        {
            "shipping_method": frozenset({"nothing", "blanks"}),
            **{name: POSTAL[name] for name in ("country", "state", "postal_code")},
        },
        empty=200,
    ),
    Write(
        "POST",
        "/api/v1/orders/quote/",
        CUSTOMER,
        {"address": {"city": "Nairobi"}},
        {"address": frozenset({"an object"}), **{f"address.{name}": accepted for name, accepted in POSTAL.items()}},
        empty=200,
    ),
    Write("POST", "/api/v1/orders/quote/", CUSTOMER, {"address_id": "{address}"}, {"address_id": NOTHING}, empty=200),
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
            "phone": PHONE_OR_NONE,
            "note": text(2000, blank=True),
            "expected_total": NOTHING,
            "cart": NOTHING,
        },
        status=201,
    ),
    Write("POST", "/api/v1/orders/", CUSTOMER, {"address_id": "{address}"}, {"address_id": NOTHING}, status=201),
    Write(
        "POST",
        "/api/v1/orders/",
        ANYBODY,
        {"email": "gina@example.com", "items": [{"variant": "{variant}", "quantity": 1}], "address": STREET},
        {
            "email": NOTHING,
            "items": NOTHING,
            "address": NOTHING,
            **{f"address.{name}": accepted for name, accepted in POSTAL.items()},
            "shipping_method": frozenset({"nothing", "blanks"}),
            "payment_method": NOTHING,
            "phone": PHONE_OR_NONE,
            "note": text(2000, blank=True),
            "expected_total": NOTHING,
        },
        status=201,
    ),
    Write(
        "POST",
        "/api/v1/orders/claim/",
        CUSTOMER,
        {"order": "{guest_order}", "token": "{guest_order_token}"},
        {"order": NOTHING, "token": NOTHING},
        empty=403,
    ),
    Write(
        "POST",
        "/api/v1/orders/{order_number}/transition/",
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
    Write(
        "POST",
        "/api/v1/orders/{order_number}/payments/",
        CUSTOMER,
        {"payment_method": "manual"},
        {"payment_method": NOTHING},
        status=201,
    ),
    Write(
        "POST",
        "/api/v1/payments/{gateway_payment}/start/",
        CUSTOMER,
        {"phone": "0712345678"},
        {"phone": PHONE, "return_url": NOTHING},
        empty=200,
    ),
    Write(
        "POST",
        "/api/v1/payments/{captured_payment}/refunds/",
        STAFF,
        {"amount": "5.00", "reason": "Arrived broken"},
        {"amount": AMOUNT & {"one and a half"}, "reason": text(255, blank=True)},
        status=201,
        empty=201,
    ),
    Write(
        "POST",
        "/api/v1/payments/refunds/{refund}/confirm/",
        STAFF,
        {"reference": "17"},
        {"reference": text(100, blank=True)},
        empty=200,
    ),
    Write(
        "POST",
        "/api/v1/payments/refunds/{refund}/withdraw/",
        STAFF,
        {"reason": "Settled in person"},
        {"reason": text(255, blank=True)},
        empty=200,
    ),
    Write("POST", "/api/v1/notifications/read/", CUSTOMER, {"up_to": "{notification}"}, {"up_to": NOTHING}),
    Write(
        "POST",
        "/api/v1/threads/",
        CUSTOMER,
        {"subject": "The lamp", "body": "It is broken."},
        {"subject": text(200, blank=True), "body": text(4000, blank=True), "user": NOTHING},
        status=201,
        empty=201,
    ),
    Write(
        "POST",
        "/api/v1/threads/{thread}/messages/",
        CUSTOMER,
        {"body": "It is broken."},
        {"body": text(4000)},
        status=201,
    ),
]
WRITES = [
    *ACCOUNTS,
    *CATALOG,
    *BUYING,
    *aamarpay_shop.WRITES,
    *stripe_shop.WRITES,
    *omache.WRITES,
    *modular_shop.WRITES,
    *realtime_shop.WRITES,
]
