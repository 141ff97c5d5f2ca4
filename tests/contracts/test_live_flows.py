"""Each document's own way from a new account to a paid order, over HTTP, with every party a server of its own: the
shop in its process, a mail server, and the gateway of that shop. (Documents 000 and 004: ``test_live_examples``.)
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.support import fake_daraja, fake_stripe
from tests.support.embedded_shop import embedded_shop, on_the_embedded_default
from tests.support.fake_daraja import running_daraja
from tests.support.mailserver import Mailbox, mail_server

pytestmark = on_the_embedded_default
PRODUCT = """
from decimal import Decimal
from accounts.models import User
from catalog.services import category_create
from inventory.products import product_create
admin = User.objects.create_superuser("admin", "admin@example.com", "admin")
shelf = category_create(name="Electronics")
product_create(name="Lamp", price=Decimal("150"), stock=5, actor=admin, category=shelf)
"""
PASSWORD, NEW_PASSWORD = "securepass123", "another-pass-456"
SECONDS = 30


class ContractClient:
    """Play a program written for the document: it says what it sends, and expects success."""

    def __init__(self, shop: str) -> None:
        self.shop, self.session = shop, requests.Session()

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = self.session.request(method, f"{self.shop}{path}", json=body, timeout=SECONDS)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def sign_in(self, access: str) -> None:
        self.session.headers["Authorization"] = f"Bearer {access}"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    with mail_server() as found:
        yield found


def mailed_through(port: int) -> dict[str, str]:
    return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "0"}


def until(found: Callable[[], bool]) -> None:
    """Wait for what the shop does behind its answers, which is done within seconds."""
    for _ in range(100):
        if found():
            return
        time.sleep(0.2)
    raise AssertionError("It did not come to pass.")


def test_document_001(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    mails, port = mailbox
    with fake_stripe.fake_stripe() as stripe:
        gateway = {
            "STRIPE_SECRET_KEY": fake_stripe.KEY,
            "STRIPE_WEBHOOK_SECRET": fake_stripe.SECRET,
            "STRIPE_API_BASE": stripe.address,
        }
        with embedded_shop(tmp_path, code=PRODUCT, **gateway, **mailed_through(port)) as shop:
            client = ContractClient(shop)
            client("POST", "/api/register/", {"email": "jane@example.com", "password": PASSWORD}, status=201)
            credentials = {"username": "jane@example.com", "password": PASSWORD}
            client.sign_in(client("POST", "/api/token/", credentials)["access"])
            found = client("GET", "/api/products/?category=Electronics&min_price=100")["results"]
            items = [{"product": found[0]["id"], "quantity": 2}]
            address = {"street": "1 Main Street", "city": "Berlin", "zip_code": "10115", "country": "Germany"}
            session = client("POST", "/api/create-checkout-session/", {"order_items": items, **address}, status=201)

            event = stripe.event("checkout.session.completed", stripe.pay(session["session_id"]))
            body, signature = fake_stripe.signed(event)
            told = requests.post(
                f"{shop}/api/orders/webhook/", body, headers={"Stripe-Signature": signature}, timeout=SECONDS
            )
            assert told.status_code == 200
            until(lambda: client("GET", "/api/orders/get/")["results"][0]["is_paid"])
            lamp = f"/api/products/{found[0]['id']}/"
            client("POST", f"{lamp}add-review/", {"rating": 5, "comment": "Bright"}, status=201)
            assert client("GET", lamp)["stock"] == 3

            client("POST", "/api/forgot-password/", {"email": "jane@example.com"})
            link = urlsplit(mails.link(to="jane@example.com"))
            token = link.path.rstrip("/").rpartition("/")[2]
            client("POST", f"/api/reset-password/{token}/", {"password": NEW_PASSWORD, "confirmPassword": NEW_PASSWORD})
            client.session.headers.clear()
            client("POST", "/api/token/", credentials, status=401)
            client("POST", "/api/token/", credentials | {"password": NEW_PASSWORD})


def test_document_002(tmp_path: Path) -> None:
    with running_daraja() as daraja:
        gateway = {
            "MPESA_CONSUMER_KEY": fake_daraja.KEY,
            "MPESA_CONSUMER_SECRET": fake_daraja.SECRET,
            "MPESA_SHORTCODE": fake_daraja.SHORTCODE,
            "MPESA_PASSKEY": fake_daraja.PASSKEY,
            "MPESA_BASE_URL": daraja.url,
            # Safaricom calls no address without TLS; its word is carried to the shop's own one here.
            "SITE_URL": "https://shop.example.com",
            "ALLOWED_HOSTS": "*",
        }
        with embedded_shop(tmp_path, code=PRODUCT, DEFAULT_CURRENCY="KES", SELLERS="open", **gateway) as shop:
            client = ContractClient(shop)
            passwords = {"password1": PASSWORD, "password2": PASSWORD}
            seller = client("POST", "/registration/", {"username": "wanjiru", **passwords}, status=201)
            client.sign_in(seller["access"])
            kettle = client(
                "POST",
                "/create/",
                {"name": "Kettle", "category": "kitchen", "item_number": 4, "price": "1235", "image": ""},
                status=201,
            )
            buyer = client("POST", "/registration/", {"username": "kamau", **passwords}, status=201)
            client.sign_in(buyer["access"])
            assert [each["id"] for each in client("GET", "/")["kitchen"]] == [kettle["id"]]
            assert client("POST", "/cart/", [kettle["id"]])[0]["price"] == "1235.00"
            order = {"order": [{"product": kettle["id"], "number": 1}], "mpesa_number": "0708374149"}
            client("POST", "/cashout/", order, status=201)
            assert client("GET", "/track/order/")[0]["payment_status"] == "unpaid"

            message = daraja.decide(daraja.last)
            assert not daraja.flaws
            callback = daraja.last.sent["CallBackURL"].removeprefix("https://shop.example.com")
            assert callback.startswith("/safwebhook/")
            client("POST", callback, message)
            until(lambda: client("GET", "/track/order/")[0]["track_status"] == "confirmed")
            assert client("GET", "/product/kitchen/")[0]["item_number"] == 3


def test_document_003(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    mails, port = mailbox
    with embedded_shop(tmp_path, code=PRODUCT, **mailed_through(port)) as shop:
        client = ContractClient(shop)
        names = {"username": "john_doe", "email": "john@example.com"}
        client("POST", "/accounts/register/", {**names, "password": PASSWORD, "password2": PASSWORD}, status=201)
        credentials = {"username": "john_doe", "password": PASSWORD}
        client("POST", "/accounts/login/", credentials, status=403)
        proof = {"email": "john@example.com", "otp": mails.code(to="john@example.com")}
        client("POST", "/accounts/verify-otp/", proof)
        tokens = client("POST", "/accounts/login/", credentials)
        client.sign_in(tokens["access"])
        assert client("GET", "/accounts/user/")["email"] == "john@example.com"
        client("POST", "/accounts/token/verify/", {"token": tokens["access"]})
        assert client("GET", "/catalog/products/")["results"][0]["name"] == "Lamp"
        client("POST", "/catalog/categories/", {"name": "Chairs"}, status=403)

        client.session.headers.clear()
        client("POST", "/accounts/request-reset-email/", {"email": "john@example.com"})
        link = urlsplit(mails.link(to="john@example.com"))
        client("POST", link.path, {"password": NEW_PASSWORD, "password2": NEW_PASSWORD})
        client("POST", "/accounts/login/", credentials, status=401)
        client("POST", "/accounts/token/", credentials | {"password": NEW_PASSWORD})
        # As staff, made on the command line: the catalogue is theirs to change.
        client.sign_in(client("POST", "/accounts/login/", {"username": "admin", "password": "admin"})["access"])
        client("POST", "/catalog/categories/", {"name": "Chairs"}, status=201)
