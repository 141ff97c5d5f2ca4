"""The authorization matrix of the whole HTTP API: who may call which route. ``test_routes`` checks that it is complete.

The contracts' routes are in ``tests/support/storefronts``, one module for each.
"""

import re
from typing import Any

from tests.support.callers import (
    CART,
    CATALOGUE,
    CUSTOMER,
    FINANCE,
    HOLDER,
    OPEN,
    ORDERS,
    OWNER,
    PAGE,
    PUBLIC,
    REVIEWER,
    SELLER,
    SELLERS,
    SUPERUSER,
    Callers,
)
from tests.support.storefronts import aamarpay_shop, modular_shop, omache, realtime_shop, stripe_shop

ROUTES: dict[str, dict[str, Callers]] = {
    "api/v1/health/": {"GET": OPEN},
    "api/v1/health/live/": {"GET": OPEN},
    "api/v1/problems/": {"GET": OPEN},
    "api/v1/auth/register/": {"POST": OPEN},
    "api/v1/auth/token/": {"POST": OPEN},
    "api/v1/auth/token/refresh/": {"POST": OPEN},
    "api/v1/auth/token/verify/": {"POST": OPEN},
    "api/v1/auth/logout/": {"POST": OPEN},
    "api/v1/auth/session/": {"GET": OPEN, "POST": OPEN, "DELETE": OPEN},
    "api/v1/auth/email/verify/": {"POST": OPEN},
    "api/v1/auth/email/resend/": {"POST": OPEN},
    "api/v1/auth/email/change/": {"POST": CUSTOMER},
    "api/v1/auth/email/change/confirm/": {"POST": CUSTOMER},
    "api/v1/auth/password/": {"POST": CUSTOMER},
    "api/v1/auth/password/reset/": {"POST": OPEN},
    "api/v1/auth/password/reset/by-link/": {"POST": OPEN},
    "api/v1/auth/password/reset/by-code/": {"POST": OPEN},
    "api/v1/auth/me/": {"GET": CUSTOMER, "PATCH": CUSTOMER},
    "api/v1/auth/me/export/": {"GET": CUSTOMER},
    "api/v1/auth/me/erase/": {"POST": CUSTOMER},
    "api/v1/auth/sessions/": {"GET": CUSTOMER, "DELETE": CUSTOMER},
    "api/v1/auth/sessions/<uuid:session_id>/": {"DELETE": OWNER},
    "api/v1/categories/": {"GET": PAGE, "POST": CATALOGUE},
    "api/v1/categories/<key:key>/": {"GET": PAGE, "PATCH": CATALOGUE, "DELETE": CATALOGUE},
    "api/v1/products/": {"GET": PAGE, "POST": SELLERS | CATALOGUE},
    "api/v1/products/low-stock/": {"GET": CATALOGUE | ORDERS},
    "api/v1/products/<key:key>/": {"GET": PAGE, "PATCH": SELLER | CATALOGUE, "DELETE": SELLER | CATALOGUE},
    "api/v1/products/<key:key>/variants/": {"POST": SELLER | CATALOGUE},
    "api/v1/products/<key:key>/variants/<id:variant_id>/tiers/": {
        "GET": CATALOGUE | ORDERS | FINANCE,
        "POST": CATALOGUE,
    },
    "api/v1/products/<key:key>/variants/<id:variant_id>/tiers/<id:tier_id>/": {"DELETE": CATALOGUE},
    "api/v1/products/<key:key>/images/": {"POST": SELLER | CATALOGUE},
    "api/v1/products/<key:key>/reviews/": {"GET": PAGE, "POST": REVIEWER, "DELETE": CUSTOMER},
    "api/v1/inventory/stock/": {"GET": CATALOGUE | ORDERS},
    "api/v1/inventory/movements/": {"GET": CATALOGUE | ORDERS, "POST": CATALOGUE},
    "api/v1/cart/": {"GET": PUBLIC, "PATCH": PUBLIC, "DELETE": PUBLIC},
    "api/v1/cart/items/": {"POST": PUBLIC},
    "api/v1/cart/items/<id:variant_id>/": {"PATCH": CART, "DELETE": CART},
    "api/v1/cart/merge/": {"POST": CUSTOMER},
    "api/v1/cart/explain/": {"GET": PUBLIC},
    "api/v1/cart/codes/": {"POST": PUBLIC},
    "api/v1/cart/codes/<promotion_code:code>/": {"DELETE": PUBLIC},
    "api/v1/promotions/": {"GET": CATALOGUE | ORDERS | FINANCE, "POST": CATALOGUE},
    "api/v1/promotions/<id:promotion_id>/": {
        "GET": CATALOGUE | ORDERS | FINANCE,
        "PATCH": CATALOGUE,
        "DELETE": CATALOGUE,
    },
    "api/v1/promotions/<id:promotion_id>/codes/": {"GET": CATALOGUE | ORDERS | FINANCE, "POST": CATALOGUE},
    "api/v1/addresses/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/v1/addresses/<number:address_number>/": {"GET": OWNER, "PATCH": OWNER, "DELETE": OWNER},
    "api/v1/orders/": {"GET": CUSTOMER, "POST": PUBLIC},
    "api/v1/orders/quote/": {"POST": PUBLIC},
    "api/v1/orders/claim/": {"POST": CUSTOMER},
    "api/v1/orders/<number:order_number>/": {"GET": OWNER | HOLDER | ORDERS | FINANCE},
    "api/v1/orders/<number:order_number>/explain/": {"GET": OWNER | HOLDER | ORDERS | FINANCE},
    "api/v1/orders/<number:order_number>/history/": {"GET": OWNER | HOLDER | ORDERS | FINANCE},
    "api/v1/orders/<number:order_number>/transition/": {"POST": ORDERS},
    "api/v1/orders/<number:order_number>/cancel/": {"POST": OWNER | HOLDER | ORDERS},
    "api/v1/orders/<number:order_number>/payments/": {"POST": OWNER | HOLDER | FINANCE},
    "api/v1/payments/": {"GET": CUSTOMER},
    "api/v1/payments/methods/": {"GET": PUBLIC},
    "api/v1/payments/<number:payment_number>/": {"GET": OWNER | HOLDER | ORDERS | FINANCE},
    "api/v1/payments/<number:payment_number>/confirm/": {"POST": FINANCE},
    "api/v1/payments/<number:payment_number>/start/": {"POST": OWNER | HOLDER},
    "api/v1/payments/<number:payment_number>/refunds/": {"GET": ORDERS | FINANCE, "POST": FINANCE},
    "api/v1/payments/refunds/<number:refund_number>/confirm/": {"POST": FINANCE},
    "api/v1/payments/refunds/<number:refund_number>/withdraw/": {"POST": FINANCE},
    # A webhook proves by itself who sent it, and what a returning browser says is not believed.
    "api/v1/payments/webhooks/<slug:method>/": {"POST": OPEN},
    "api/v1/payments/cb/<slug:token>/": {"POST": OPEN},
    "api/v1/payments/c2b/<slug:token>/confirmation/": {"POST": OPEN},
    "api/v1/payments/c2b/<slug:token>/validation/": {"POST": OPEN},
    "api/v1/payments/return/<slug:number>/": {"GET": OPEN, "POST": OPEN},
    "api/v1/notifications/": {"GET": CUSTOMER},
    "api/v1/notifications/read/": {"POST": CUSTOMER},
    "api/v1/notifications/ticket/?": {"POST": CUSTOMER},
    "api/v1/threads/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/v1/threads/<number:thread_number>/": {"GET": OWNER | ORDERS},
    "api/v1/threads/<number:thread_number>/messages/": {"GET": OWNER | ORDERS, "POST": OWNER | ORDERS},
    "api/v1/threads/<number:thread_number>/close/": {"POST": ORDERS},
    "api/v1/audit/": {"GET": SUPERUSER},
    **aamarpay_shop.ROUTES,
    **stripe_shop.ROUTES,
    **omache.ROUTES,
    **modular_shop.ROUTES,
    **realtime_shop.ROUTES,
    "swagger/": {"GET": PUBLIC},
    "redoc/": {"GET": PUBLIC},
    r"swagger\.(?P<format>json|yaml)": {"GET": PUBLIC},
}

# Gateways call these routes, and browsers that come from a gateway; clients of the API do not.
FROM_GATEWAYS = (
    "api/v1/payments/webhooks/",
    "api/v1/payments/return/",
    "api/v1/payments/cb/",
    "api/v1/payments/c2b/",
    "api/orders/webhook/",
    "api/aamar_pay_payment_confirmation_request/",
    "api/aamar_pay_payment_confirmation_fail_request/",
    "safwebhook/",
)
# A published contract holds these of them, so Swagger shows them, too.
PUBLISHED_FOR_GATEWAYS = {
    "api/orders/webhook/",
    "api/aamar_pay_payment_confirmation_request/",
    "api/aamar_pay_payment_confirmation_fail_request/",
    "safwebhook/",
}

_PARAMETER = re.compile(r"<\w+:(\w+)>")
_WORD_OF = {
    "item_id": "cart_item",
    "variant_id": "variant",
    "tier_id": "tier",
    "promotion_id": "promotion",
    "code": "promotion_code",
    "address_number": "address",
    "order_id": "order",
    "order_number": "order_number",
    "payment_number": "payment",
    "refund_number": "refund",
    "method": "gateway",
    "number": "gateway_payment",
    "token": "callback_token",
    "product_id": "product",
    "session_id": "session",
    "category_id": "category",
    "category": "shelf",
    "uid": "reset_uid",
    "secret": "reset_secret",
    "reset_token": "reset_token",
    "thread_number": "thread",
}


def word_of(pattern: str) -> str:
    """Return the name in ``World.words`` of the pattern's first parameter, such as ``order``; empty without one."""
    found = _PARAMETER.search(pattern)
    return _word_of(found[1], pattern) if found else ""


def _word_of(parameter: str, pattern: str) -> str:
    if parameter == "key":
        return "category" if "categories" in pattern else "product"
    if parameter == "payment_number" and pattern.endswith(("/start/", "/refunds/")):
        return "gateway_payment" if pattern.endswith("/start/") else "captured_payment"
    if parameter == "token" and "/c2b/" in pattern:
        return "pay_bill_token"
    return _WORD_OF[parameter]


def path_of(pattern: str, words: dict[str, Any]) -> str:
    """Return a path that ``pattern`` matches, with the values of ``words``."""
    text = pattern.replace("/?", "/").replace(r"\.(?P<format>json|yaml)", ".json")
    return "/" + _PARAMETER.sub(lambda found: str(words[_word_of(found[1], pattern)]), text)
