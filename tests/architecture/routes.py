"""Who may call what: the authorization matrix of the whole HTTP API, held by ``test_routes``.

The callers are those of ``World.api``. Staff in all groups and superusers may do whatever one of the groups may.
"""

import re
from dataclasses import dataclass
from typing import Any

CUSTOMERS = {"customer", "another customer"}
ALL_SELLERS = {"seller", "another seller"}
MANAGERS = {"staff", "superuser"}
CLERKS = {"staff without group", "catalogue", "orders", "finance"}
SIGNED_IN = CUSTOMERS | ALL_SELLERS | CLERKS | MANAGERS


@dataclass(frozen=True)
class Callers:
    """Who is ``let_in``, and the status that refuses others who are signed in.

    A bad token is refused with 401, unless the route reads none at all (``reads_tokens``). So are people without one,
    unless they may be guests.
    """

    let_in: frozenset[str]
    refused_with: int = 403
    may_be_guests: bool = False
    reads_tokens: bool = True

    def __or__(self, other: "Callers") -> "Callers":
        return Callers(self.let_in | other.let_in, max(self.refused_with, other.refused_with))

    def refusal_of(self, caller: str) -> int | None:
        """The status that refuses ``caller``; ``None`` for whom is let in."""
        if caller in self.let_in:
            return None
        if caller == "disabled" or (caller == "anonymous" and not self.may_be_guests):
            return 401
        return self.refused_with

    @property
    def example(self) -> str:
        """One who is let in: the customer and the seller before staff, staff of a group before the superuser."""
        named = ["customer", "seller", "catalogue", "orders", "finance", "superuser"]
        return next(caller for caller in named if caller in self.let_in)


OPEN = Callers(frozenset({*SIGNED_IN, "anonymous", "disabled"}), reads_tokens=False)
PUBLIC = Callers(frozenset({*SIGNED_IN, "anonymous"}))
CUSTOMER = Callers(frozenset(SIGNED_IN))
# What is a certain customer's is not there for others; a cart may be a guest's.
OWNER = Callers(frozenset({"customer"}), refused_with=404)
CART = Callers(frozenset({"customer"}), refused_with=404, may_be_guests=True)
# Whose product it is; for others it can't be changed, as if it were not there.
SELLER = Callers(frozenset({"seller"}), refused_with=404)
SELLERS = Callers(frozenset(ALL_SELLERS))
STAFF = Callers(frozenset(CLERKS | MANAGERS))
CATALOGUE = Callers(frozenset({"catalogue", *MANAGERS}))
ORDERS = Callers(frozenset({"orders", *MANAGERS}))
FINANCE = Callers(frozenset({"finance", *MANAGERS}))
SUPERUSER = Callers(frozenset({"superuser"}))

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
    "api/v1/categories/": {"GET": PUBLIC, "POST": CATALOGUE},
    "api/v1/categories/<key:key>/": {"GET": PUBLIC, "PATCH": CATALOGUE, "DELETE": CATALOGUE},
    "api/v1/products/": {"GET": PUBLIC, "POST": SELLERS | CATALOGUE},
    "api/v1/products/low-stock/": {"GET": CATALOGUE | ORDERS},
    "api/v1/products/<key:key>/": {"GET": PUBLIC, "PATCH": SELLER | CATALOGUE, "DELETE": SELLER | CATALOGUE},
    "api/v1/products/<key:key>/variants/": {"POST": SELLER | CATALOGUE},
    "api/v1/products/<key:key>/images/": {"POST": SELLER | CATALOGUE},
    "api/v1/products/<key:key>/reviews/": {"GET": PUBLIC, "POST": CUSTOMER, "DELETE": CUSTOMER},
    "api/v1/inventory/stock/": {"GET": CATALOGUE | ORDERS},
    "api/v1/inventory/movements/": {"GET": CATALOGUE | ORDERS, "POST": CATALOGUE},
    "api/v1/cart/": {"GET": PUBLIC, "DELETE": PUBLIC},
    "api/v1/cart/items/": {"POST": PUBLIC},
    "api/v1/cart/items/<id:item_id>/": {"PATCH": CART, "DELETE": CART},
    "api/v1/cart/merge/": {"POST": CUSTOMER},
    "api/v1/addresses/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/v1/addresses/<id:address_id>/": {"GET": OWNER, "PATCH": OWNER, "DELETE": OWNER},
    "api/v1/orders/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/v1/orders/quote/": {"POST": CUSTOMER},
    "api/v1/orders/<id:order_id>/": {"GET": OWNER | ORDERS | FINANCE},
    "api/v1/orders/<id:order_id>/history/": {"GET": OWNER | ORDERS | FINANCE},
    "api/v1/orders/<id:order_id>/transition/": {"POST": ORDERS},
    "api/v1/orders/<id:order_id>/cancel/": {"POST": OWNER | ORDERS},
    "api/v1/orders/<id:order_id>/payments/": {"POST": OWNER},
    "api/v1/payments/": {"GET": CUSTOMER},
    "api/v1/payments/methods/": {"GET": CUSTOMER},
    "api/v1/payments/<id:payment_id>/": {"GET": OWNER | ORDERS | FINANCE},
    "api/v1/payments/<id:payment_id>/confirm/": {"POST": FINANCE},
    "api/v1/payments/<id:payment_id>/start/": {"POST": OWNER},
    "api/v1/payments/<id:payment_id>/refunds/": {"GET": ORDERS | FINANCE, "POST": FINANCE},
    "api/v1/payments/refunds/<id:refund_id>/confirm/": {"POST": FINANCE},
    "api/v1/payments/refunds/<id:refund_id>/withdraw/": {"POST": FINANCE},
    # A message proves by itself whom it is from, and a browser that comes back is believed nothing.
    "api/v1/payments/webhooks/<slug:method>/": {"POST": OPEN},
    "api/v1/payments/cb/<slug:token>/": {"POST": OPEN},
    "api/v1/payments/return/<slug:number>/": {"GET": OPEN, "POST": OPEN},
    "api/v1/notifications/": {"GET": CUSTOMER},
    "api/v1/notifications/read/": {"POST": CUSTOMER},
    "api/v1/notifications/ticket/?": {"POST": CUSTOMER},
    "api/v1/audit/": {"GET": SUPERUSER},
    # Document 004: the real-time shop
    "api/auth/register/": {"POST": OPEN},
    "api/auth/login/": {"POST": OPEN},
    "api/auth/token/refresh/": {"POST": OPEN},
    "api/auth/profile/": {"GET": CUSTOMER, "PUT": CUSTOMER},
    "api/products/": {"GET": PUBLIC, "POST": CATALOGUE},
    "api/products/<id:product_id>/": {"GET": PUBLIC, "PUT": CATALOGUE, "DELETE": CATALOGUE},
    "api/products/low_stock/": {"GET": PUBLIC},
    "api/products/categories/": {"GET": PUBLIC, "POST": CATALOGUE},
    "api/orders/cart/": {"GET": CUSTOMER},
    "api/orders/cart/add_item/": {"POST": CUSTOMER},
    "api/orders/cart/update_item/": {"PUT": OWNER},
    "api/orders/cart/remove_item/": {"DELETE": OWNER},
    "api/orders/cart/clear/": {"DELETE": CUSTOMER},
    "api/orders/": {"GET": CUSTOMER, "POST": CUSTOMER},
    "api/orders/<id:order_id>/": {"GET": OWNER | ORDERS | FINANCE},
    "api/orders/<id:order_id>/update_status/": {"PATCH": ORDERS},
    # The documentation: open only with DEBUG
    "swagger/": {"GET": STAFF},
    "redoc/": {"GET": STAFF},
    r"swagger\.(?P<format>json|yaml)": {"GET": STAFF},
}

# Called by gateways and by browsers that come from them, not by clients of the API.
FROM_GATEWAYS = ("api/v1/payments/webhooks/", "api/v1/payments/return/", "api/v1/payments/cb/")

_PARAMETER = re.compile(r"<\w+:(\w+)>")
_WORD_OF = {
    "item_id": "cart_item",
    "address_id": "address",
    "order_id": "order",
    "payment_id": "payment",
    "refund_id": "refund",
    "method": "gateway",
    "number": "payment_number",
    "token": "callback_token",
    "product_id": "product",
    "session_id": "session",
}


def word_of(pattern: str) -> str:
    """Which of ``World.words`` the pattern's parameter means, such as ``order``; empty when it has none."""
    found = _PARAMETER.search(pattern)
    if found is None:
        return ""
    if found[1] == "key":
        return "category" if "categories" in pattern else "product"
    if found[1] == "payment_id" and pattern.endswith(("/start/", "/refunds/")):
        return "gateway_payment" if pattern.endswith("/start/") else "captured_payment"
    return _WORD_OF[found[1]]


def path_of(pattern: str, words: dict[str, Any]) -> str:
    """An address that ``pattern`` matches."""
    text = pattern.replace("/?", "/").replace(r"\.(?P<format>json|yaml)", ".json")
    return "/" + _PARAMETER.sub(lambda _: str(words[word_of(pattern)]), text)
