"""Who may call what: the authorization matrix of the whole HTTP API, held by ``test_routes``.

``PUBLIC``: everybody. ``CUSTOMER``: whoever is signed in. ``SELLER``: whoever sells the product, and staff; for others
it is not there. ``STAFF``: staff only.
"""

import re
from typing import Any

PUBLIC, CUSTOMER, SELLER, STAFF = "public", "customer", "seller", "staff"

ROUTES: dict[str, dict[str, str]] = {
    "api/v1/health/": {"GET": PUBLIC},
    "api/v1/health/live/": {"GET": PUBLIC},
    "api/v1/problems/": {"GET": PUBLIC},
    "api/v1/auth/register/": {"POST": PUBLIC},
    "api/v1/auth/token/": {"POST": PUBLIC},
    "api/v1/auth/token/refresh/": {"POST": PUBLIC},
    "api/v1/auth/token/verify/": {"POST": PUBLIC},
    "api/v1/auth/logout/": {"POST": PUBLIC},
    "api/v1/auth/password/": {"POST": CUSTOMER},
    "api/v1/auth/me/": {"GET": CUSTOMER, "PATCH": CUSTOMER},
    "api/v1/categories/": {"GET": PUBLIC, "POST": STAFF},
    "api/v1/categories/<key:key>/": {"GET": PUBLIC, "PATCH": STAFF, "DELETE": STAFF},
    "api/v1/products/": {"GET": PUBLIC, "POST": STAFF},
    "api/v1/products/low-stock/": {"GET": STAFF},
    "api/v1/products/<key:key>/": {"GET": PUBLIC, "PATCH": SELLER, "DELETE": SELLER},
    "api/v1/products/<key:key>/variants/": {"POST": SELLER},
    "api/v1/products/<key:key>/images/": {"POST": SELLER},
    "api/v1/products/<key:key>/reviews/": {"GET": PUBLIC, "POST": CUSTOMER, "DELETE": CUSTOMER},
    "api/v1/inventory/stock/": {"GET": STAFF},
    "api/v1/inventory/movements/": {"GET": STAFF, "POST": STAFF},
    "api/v1/cart/": {"GET": PUBLIC, "DELETE": PUBLIC},
    "api/v1/cart/items/": {"POST": PUBLIC},
    "api/v1/cart/items/<id:item_id>/": {"PATCH": PUBLIC, "DELETE": PUBLIC},
    "api/v1/cart/merge/": {"POST": CUSTOMER},
    "api/v1/addresses/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/v1/addresses/<id:address_id>/": {"GET": CUSTOMER, "PATCH": CUSTOMER, "DELETE": CUSTOMER},
    "api/v1/orders/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/v1/orders/quote/": {"POST": CUSTOMER},
    "api/v1/orders/<id:order_id>/": {"GET": CUSTOMER},
    "api/v1/orders/<id:order_id>/history/": {"GET": CUSTOMER},
    "api/v1/orders/<id:order_id>/transition/": {"POST": STAFF},
    "api/v1/orders/<id:order_id>/cancel/": {"POST": CUSTOMER},
    "api/v1/payments/": {"GET": CUSTOMER},
    "api/v1/payments/<id:payment_id>/": {"GET": CUSTOMER},
    "api/v1/payments/<id:payment_id>/confirm/": {"POST": STAFF},
    "api/v1/notifications/": {"GET": CUSTOMER},
    "api/v1/notifications/read/": {"POST": CUSTOMER},
    "api/v1/notifications/ticket/?": {"POST": CUSTOMER},
    # Document 004: the real-time shop
    "api/auth/register/": {"POST": PUBLIC},
    "api/auth/login/": {"POST": PUBLIC},
    "api/auth/token/refresh/": {"POST": PUBLIC},
    "api/auth/profile/": {"GET": CUSTOMER, "PUT": CUSTOMER},
    "api/products/": {"GET": PUBLIC, "POST": STAFF},
    "api/products/<id:product_id>/": {"GET": PUBLIC, "PUT": STAFF, "DELETE": STAFF},
    "api/products/low_stock/": {"GET": PUBLIC},
    "api/products/categories/": {"GET": PUBLIC, "POST": STAFF},
    "api/orders/cart/": {"GET": CUSTOMER},
    "api/orders/cart/add_item/": {"POST": CUSTOMER},
    "api/orders/cart/update_item/": {"PUT": CUSTOMER},
    "api/orders/cart/remove_item/": {"DELETE": CUSTOMER},
    "api/orders/cart/clear/": {"DELETE": CUSTOMER},
    "api/orders/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/orders/<id:order_id>/": {"GET": CUSTOMER},
    "api/orders/<id:order_id>/update_status/": {"PATCH": STAFF},
    # The documentation: open only with DEBUG
    "swagger/": {"GET": STAFF},
    "redoc/": {"GET": STAFF},
    r"swagger\.(?P<format>json|yaml)": {"GET": STAFF},
}

_PARAMETER = re.compile(r"<\w+:(\w+)>")
_WORD_OF = {
    "item_id": "cart_item",
    "address_id": "address",
    "order_id": "order",
    "payment_id": "payment",
    "product_id": "product",
}


def word_of(pattern: str) -> str:
    """Which of ``World.words`` the pattern's parameter means, such as ``order``; empty when it has none."""
    found = _PARAMETER.search(pattern)
    if found is None:
        return ""
    if found[1] == "key":
        return "category" if "categories" in pattern else "product"
    return _WORD_OF[found[1]]


def path_of(pattern: str, words: dict[str, Any]) -> str:
    """An address that ``pattern`` matches."""
    text = pattern.replace("/?", "/").replace(r"\.(?P<format>json|yaml)", ".json")
    return "/" + _PARAMETER.sub(lambda _: str(words[word_of(pattern)]), text)
