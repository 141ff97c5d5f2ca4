"""The routes and requests of shop 002's published API."""

from tests.support.account_endpoints import NAME
from tests.support.callers import ALL_SELLERS, CATALOGUE, CUSTOMER, CUSTOMERS, OPEN, PAGE, PUBLIC, Callers
from tests.support.hostile import AMOUNT, EMPTY, NOTHING, NULL, text, whole
from tests.support.query_counts import CountedRequest, CountedShop
from tests.support.writes import ANYBODY, Write
from tests.support.writes import CUSTOMER as SHOPPER

ROUTES: dict[str, dict[str, Callers]] = {
    "registration/": {"POST": OPEN},
    "login/": {"POST": OPEN},
    "logout/": {"POST": OPEN},
    "user/": {"GET": CUSTOMER, "PUT": CUSTOMER, "PATCH": CUSTOMER},
    "token/verify/": {"POST": OPEN},
    "token/refresh/": {"POST": OPEN},
    "account/": {"GET": CUSTOMER, "PUT": CUSTOMER, "PATCH": CUSTOMER},
    "": {"GET": PAGE},
    "product/search/": {"GET": PAGE},
    "product/<key:category>/": {"GET": PAGE},
    # Everybody may sell, but staff need the permission to change stock.
    "create/": {"POST": Callers(frozenset(CUSTOMERS | ALL_SELLERS)) | CATALOGUE},
    "cart/": {"POST": PUBLIC},
    "cashout/": {"POST": CUSTOMER},
    "track/order/": {"GET": CUSTOMER},
    # Safaricom signs nothing, so what comes here is not believed and anybody may post it.
    "safwebhook/": {"POST": OPEN},
    "safwebhook/<slug:token>/": {"POST": OPEN},
}
BLANK = EMPTY | {"blanks"}
NAMES = {"first_name": text(150, blank=True), "last_name": text(150, blank=True)}
WRITES = [
    Write(
        "POST",
        "/registration/",
        ANYBODY,
        {"username": "newcomer", "email": "new@example.com", "password1": "{password}", "password2": "{password}"},
        {"username": NAME, "email": BLANK | NULL, "password1": NOTHING, "password2": NOTHING},
        status=201,
    ),
    *(
        Write("POST", "/login/", ANYBODY, {name: who, "password": "{password}"}, {name: NOTHING, "password": NOTHING})
        for name, who in {"username": "carla", "email": "carla@example.com"}.items()
    ),
    Write("POST", "/logout/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": BLANK}, empty=200),
    *(Write(method, "/user/", SHOPPER, {"first_name": "Wanjiru"}, NAMES, empty=200) for method in ("PUT", "PATCH")),
    *(
        Write("POST", "/token/verify/", ANYBODY, {"token": token}, {"token": NOTHING})
        for token in ("{access}", "{refresh}")
    ),
    Write("POST", "/token/refresh/", ANYBODY, {"refresh": "{refresh}"}, {"refresh": NOTHING}),
    *(
        Write(
            method,
            "/account/",
            SHOPPER,
            {"first_name": "Wanjiru", "gender": "female"},
            {**NAMES, "gender": EMPTY, "avatar": NULL | EMPTY},
            empty=200,
        )
        for method in ("PUT", "PATCH")
    ),
    Write(
        "POST",
        "/create/",
        SHOPPER,
        {"name": "Lamp", "category": "kitchen", "item_number": 5, "price": "950", "image": ""},
        {
            "name": text(255),
            "image": NULL | EMPTY,
            "description": text(50_000, blank=True),
            "category": NOTHING,
            "item_number": whole(0, 10**6),
            "price": AMOUNT,
            "payment_mpesa_number": BLANK,
        },
        status=201,
    ),
    Write(
        "POST",
        "/cart/",
        ANYBODY,
        {"products": ["{product}"]},
        {"products": frozenset({"a list"})},
        may_be_list=True,
    ),
    Write(
        "POST",
        "/cashout/",
        SHOPPER,
        {"order": [{"product": "{product}", "number": 1}], "mpesa_number": "0712345678"},
        {"order": NOTHING, "mpesa_number": text(32)},
        status=201,
    ),
]


def requests(shop: CountedShop) -> dict[str, CountedRequest]:
    """Return the requests to count. The order itself needs shillings, so ``tests/contracts`` counts it."""
    customer, anonymous = shop.customer, shop.anonymous
    return {
        "GET user/": lambda: customer.get("/user/"),
        "GET account/": lambda: customer.get("/account/"),
        "GET /": lambda: anonymous.get("/"),
        "GET product/{category}/": lambda: anonymous.get("/product/phones/"),
        "GET product/search/": lambda: anonymous.get("/product/search/", {"search": "gaming"}),
        "POST cart/": lambda: anonymous.post("/cart/", [shop.product.pk, shop.single.pk], format="json"),
        "GET track/order/": lambda: customer.get("/track/order/"),
    }
