"""A purchase through the gateways that have a page, in a real browser, against the embedded shop with its simulator.

Screenshots are kept in ``$BROWSER_ARTEFACTS``, by default ``var/browser``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.support.server import ROOT, daphne, free_port, running

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs Debian's chromium and chromium-driver"),
    pytest.mark.xdist_group("browser"),
]

ARTEFACTS = Path(os.environ.get("BROWSER_ARTEFACTS", ROOT / "var" / "browser"))
FILL = """
from decimal import Decimal
from accounts.models import User
from inventory.products import product_create
buyer = User.objects.create_user("buyer", "buyer@example.com", "a long password 77")
product_create(name="Lamp", price=Decimal("150"), stock=5, actor=buyer, status="active")
"""


@contextmanager
def embedded_shop(folder: Path, currency: str) -> Iterator[str]:
    """The shop as ``scripts/run`` starts it, with one product and one buyer."""
    port = free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
        "REDIS_URL": "",
        "MEDIA_ROOT": str(folder / "media"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DEFAULT_CURRENCY": currency,
        "PAYMENT_SIMULATOR": "1",
    }
    for command in (["migrate", "--verbosity", "0"], ["shell", "--verbosity", "0", "--command", FILL]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env={**os.environ, **environment}, check=True)
    with running(daphne(port), port, **environment) as address:
        yield address


class Buyer:
    """Somebody with a browser."""

    def __init__(self, browser: webdriver.Chrome, shop: str, name: str) -> None:
        self.browser, self.shop, self.name = browser, shop, name
        self.wait = WebDriverWait(browser, 60)

    def picture(self, step: str) -> None:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(ARTEFACTS / f"{self.name}-{step}.png"))

    def find(self, selector: str) -> webdriver.remote.webelement.WebElement:
        return self.wait.until(lambda browser: browser.find_element(By.CSS_SELECTOR, selector))

    def press(self, selector: str, text: str = "") -> None:
        def ready(browser: webdriver.Chrome) -> webdriver.remote.webelement.WebElement | None:
            found = browser.find_elements(By.CSS_SELECTOR, selector)
            return next((each for each in found if text in each.text and each.is_displayed()), None)

        self.wait.until(ready).click()

    def sign_in_and_order(self, way: str, phone: str) -> None:
        self.browser.get(f"{self.shop}/")
        self.find("#sign-in input[name=username]").send_keys("buyer")
        self.find("#sign-in input[name=password]").send_keys("a long password 77")
        self.press("#sign-in button")
        self.wait.until(lambda _: "Signed in" in self.find("#who").text)
        self.press(".card button")
        Select(self.find("#checkout select")).select_by_value(way)
        if phone:
            self.find("#checkout input[name=phone]").send_keys(phone)
        self.picture("1-cart")
        self.press("#checkout button")

    def pay(self) -> None:
        self.find("button[value=pay]")
        self.picture("2-gateway")
        self.press("button[value=pay]")

    def sees_the_money_arrive(self) -> None:
        self.wait.until(lambda _: self.find("#payment-text").get_attribute("data-state") == "captured")
        # Not asked for by the page: the order's row changes with what the socket says.
        self.wait.until(lambda _: "confirmed" in self.find("#orders").text)
        self.picture("3-paid")


@pytest.fixture
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1100"):
        options.add_argument(argument)
    found = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield found
    found.quit()


@pytest.mark.parametrize(
    ("way", "currency", "phone"),
    [("stripe", "USD", ""), ("aamarpay", "BDT", "01712345678")],
)
def test_a_purchase(browser: webdriver.Chrome, tmp_path: Path, way: str, currency: str, phone: str) -> None:
    with embedded_shop(tmp_path, currency) as shop:
        buyer = Buyer(browser, shop, way)
        buyer.sign_in_and_order(way, phone)
        buyer.pay()
        buyer.sees_the_money_arrive()
        browser.get(f"{shop}/simulator/")
        buyer.picture("4-simulator")
        assert "Paid" in buyer.find("section.box .status").text
