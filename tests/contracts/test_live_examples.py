"""The documents' own examples, as they stand there, against a running shop: curl in a shell, JavaScript in a browser.

Only what the documents leave to the reader is filled in: the host, tokens, and the code from the mail.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.support.expected_conditions import alert_is_present
from selenium.webdriver.support.wait import WebDriverWait

from tests.support.browser import chromium, needs_chromium
from tests.support.documents import curl_commands, examples
from tests.support.embedded_shop import BUYER, embedded_shop, on_the_embedded_default
from tests.support.fake_aamarpay import KEY, STORE, FakeAamarPay, fake_aamarpay, post_form
from tests.support.mailserver import Mailbox, mail_server

pytestmark = on_the_embedded_default
# What document 000 takes for granted: its admin, user 2, product 5, and cart 7 with item 11.
SHOP_000 = """
from decimal import Decimal
from accounts.models import User
from cart.models import Cart, CartItem
from inventory.products import product_create
admin = User.objects.create_superuser("admin", "admin@example.com", "1516")
User.objects.create_user("second", "second@example.com", "a long password 77")
products = [product_create(name=f"Lamp {n}", price=Decimal("150"), stock=50, actor=admin) for n in range(1, 6)]
cart = Cart.objects.create(pk=7, user=admin, currency="BDT")
CartItem.objects.create(pk=11, cart=cart, variant=products[4].variants.get(), quantity=1)
CartItem.objects.create(pk=12, cart=cart, variant=products[3].variants.get(), quantity=2)
"""


def run(command: str, shop: str, **filled_in: str) -> tuple[int, str]:
    """Return the answer's status and body. The command is only told to print the status as well."""
    for placeholder, value in filled_in.items():
        command = command.replace(placeholder, value)
    command = re.sub(r"http://(127\.0\.0\.1|localhost):8000", shop, command)
    told = subprocess.run(
        ["bash", "-c", command.replace("curl ", "curl --silent --write-out '\\n%{http_code}' ", 1)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    body, _, status = told.stdout.rpartition("\n")
    return int(status), body


class TestDocument000:
    @pytest.fixture
    def aamarpay(self) -> Iterator[FakeAamarPay]:
        with fake_aamarpay() as fake:
            yield fake

    @pytest.fixture
    def mailbox(self) -> Iterator[tuple[Mailbox, int]]:
        with mail_server() as found:
            yield found

    @pytest.fixture
    def shop(self, tmp_path: Path, aamarpay: FakeAamarPay, mailbox: tuple[Mailbox, int]) -> Iterator[str]:
        environment = {
            "DEFAULT_CURRENCY": "BDT",
            "AAMARPAY_STORE_ID": STORE,
            "AAMARPAY_SIGNATURE_KEY": KEY,
            "AAMARPAY_BASE_URL": aamarpay.address,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mailbox[1]),
            "EMAIL_USE_TLS": "0",
        }
        with embedded_shop(tmp_path, code=SHOP_000, **environment) as address:
            yield address

    def test_every_curl_command(self, shop: str, aamarpay: FakeAamarPay, mailbox: tuple[Mailbox, int]) -> None:
        (login, thread, register, ask_code, give_code, products, shipping, cart, item, remove, pay) = curl_commands(
            "000"
        )
        status, body = run(login, shop)
        assert status == 200, body
        known = {"<JWT token>": json.loads(body)["access"]}

        assert run(thread, shop, **known)[0] == 201
        status, body = run(register, shop, **known)
        assert (status, json.loads(body)["username"]) == (201, "admin1")
        assert run(ask_code, shop, **known)[0] == 200
        status, body = run(give_code, shop, **known)
        assert status == 400, "a code of four digits"
        code = mailbox[0].code(to="itsmahadi@gmail.com", count=2)
        assert run(give_code, shop, **known, **{"2285": code})[0] == 200
        changed = {"username": "admin1", "password": "M@h@d\\!@1996"}
        assert requests.post(f"{shop}/api/login/", data=changed, timeout=30).status_code == 200

        status, body = run(products, shop, **known)
        assert (status, json.loads(body)["count"]) == (200, 5)
        status, body = run(shipping, shop, **known)
        assert (status, json.loads(body)["results"]) == (200, [])
        status, body = run(cart, shop, **known)
        assert (status, json.loads(body)["id"]) == (200, 7)
        for method in ("POST", "PUT", "PATCH"):
            status, body = run(item.replace("--location", f"--location --request {method}"), shop, **known)
            assert (status, json.loads(body)["quantity"]) == (200, 7)
        assert run(remove, shop, **known) == (204, "")

        status, body = run(pay, shop, **known)
        assert status == 200, body
        answer = json.loads(body)
        ((number, transaction),) = aamarpay.transactions.items()
        assert answer["payment_url"].startswith(aamarpay.address)
        assert transaction.sent["amount"] == "300.00", "two pieces of the other item; the client names no amount"
        aamarpay.pay(number)
        assert post_form(transaction.sent["success_url"], aamarpay.hint(number)).status_code in {200, 303}
        status, body = run(shipping, shop, **known)
        assert [each["order_status"] for each in json.loads(body)["results"]] == ["confirmed"]


class TestDocument004:
    def test_every_curl_command(self, tmp_path: Path) -> None:
        register, login, products = curl_commands("004")
        with embedded_shop(tmp_path) as shop:
            status, body = run(register, shop)
            assert status == 201, body
            status, body = run(login, shop)
            assert status == 200, body
            status, body = run(products, shop, YOUR_ACCESS_TOKEN=json.loads(body)["access"])
            assert (status, json.loads(body)["count"]) == (200, 1)


# As a page of the shop would sign somebody in, so that the socket comes with the session's cookie.
SIGN_IN = """
const done = arguments[arguments.length - 1];
fetch("/api/v1/auth/session/").then(answer => answer.json()).then(found => fetch("/api/v1/auth/session/", {
    method: "POST",
    headers: {"Content-Type": "application/json", "X-CSRFToken": found.csrf_token},
    body: JSON.stringify({username: "buyer", password: "a long password 77"}),
})).then(answer => done(answer.status));
"""


class TestDocument004InABrowser:
    pytestmark = needs_chromium

    def test_its_javascript_shows_the_notification(self, tmp_path: Path) -> None:
        (example,) = examples("004", "javascript")
        # Above the program stands the socket's address, which is none.
        script = example[example.index("const socket") :]
        with embedded_shop(tmp_path, code=f"{BUYER}\nUser.objects.create_superuser('admin', None, 'admin')") as shop:
            order = self.place_an_order(shop)
            with chromium() as browser:
                browser.get(f"{shop}/")
                assert browser.execute_async_script(SIGN_IN) == 200
                browser.execute_script(script.replace("localhost:8000", shop.removeprefix("http://")))
                self.wait_for_connection(browser)
                moved = requests.patch(
                    f"{shop}/api/orders/{order}/update_status/",
                    {"status": "shipped"},
                    headers=signed_in(shop, "admin", "admin"),
                    timeout=30,
                )
                assert moved.status_code == 200
                # Staff may skip forward; the steps between are recorded, and told.
                told = [self.told_by_alert(browser) for _ in range(3)]
        assert told[-1] == f"Your order #{order} is now shipped"

    @staticmethod
    def place_an_order(shop: str) -> int:
        buyer = signed_in(shop, "buyer", "a long password 77")
        requests.post(f"{shop}/api/orders/cart/add_item/", {"product_id": 1}, headers=buyer, timeout=30)
        address = {"shipping_address": "123 Main Street", "phone_number": "+1234567890"}
        return requests.post(f"{shop}/api/orders/", address, headers=buyer, timeout=30).json()["id"]

    @staticmethod
    def wait_for_connection(browser: Chrome) -> None:
        said: list[str] = []

        def is_connected(browser: Chrome) -> bool:
            said.extend(entry["message"] for entry in browser.get_log("browser"))
            return any("Connected to order notifications" in line for line in said)

        WebDriverWait(browser, 30).until(is_connected)

    @staticmethod
    def told_by_alert(browser: Chrome) -> str:
        alert = WebDriverWait(browser, 30).until(alert_is_present())
        text = alert.text
        alert.accept()
        return text


def signed_in(shop: str, username: str, password: str) -> dict[str, str]:
    credentials = {"username": username, "password": password}
    access = requests.post(f"{shop}/api/auth/login/", credentials, timeout=30).json()["access"]
    return {"Authorization": f"Bearer {access}"}
