"""A purchase through each gateway in a real browser, against the embedded shop with its simulator.

Screenshots are kept in ``$BROWSER_ARTEFACTS``, by default ``var/browser``.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.support.browser import chromium, needs_chromium
from tests.support.embedded_shop import embedded_shop, on_the_embedded_default
from tests.support.server import ROOT

pytestmark = [*needs_chromium, on_the_embedded_default]
ARTEFACTS = Path(os.environ.get("BROWSER_ARTEFACTS", ROOT / "var" / "browser"))


class BrowserBuyer:
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

    def sign_in_and_order(self, method: str, phone: str) -> None:
        self.browser.get(f"{self.shop}/")
        self.find("#sign-in input[name=username]").send_keys("buyer")
        self.find("#sign-in input[name=password]").send_keys("a long password 77")
        self.press("#sign-in button")
        self.wait.until(lambda _: "Signed in" in self.find("#who").text)
        self.press(".card button")
        Select(self.find("#checkout select")).select_by_value(method)
        if phone:
            self.find("#checkout input[name=phone]").send_keys(phone)
        self.picture("1-cart")
        self.press("#checkout button")

    def pay(self) -> None:
        self.find("button[value=pay]")
        self.picture("2-gateway")
        self.press("button[value=pay]")

    def answer_the_phone(self) -> None:
        """Answer in another window; the shop's stays open and finds out by itself.

        A window that is closed before the phone shows its result takes a press of a button with it that was not sent.
        """
        self.wait.until(lambda _: "answer your phone" in self.find("#payment-text").text)
        window = self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.browser.get(f"{self.shop}/simulator/phone/")
        self.pay()
        self.find("#result")
        self.browser.close()
        self.browser.switch_to.window(window)

    def sees_the_money_arrive(self) -> None:
        self.wait.until(lambda _: self.find("#payment-text").get_attribute("data-state") == "captured")
        # Not asked for by the page: the order's row changes with what the socket says.
        self.wait.until(lambda _: "confirmed" in self.find("#orders").text)
        self.picture("3-paid")


@pytest.fixture
def browser() -> Iterator[webdriver.Chrome]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize(
    ("method", "currency", "phone"),
    [("stripe", "USD", ""), ("aamarpay", "BDT", "01712345678"), ("mpesa", "KES", "0712345678")],
)
def test_a_purchase(browser: webdriver.Chrome, tmp_path: Path, method: str, currency: str, phone: str) -> None:
    with embedded_shop(tmp_path, DEFAULT_CURRENCY=currency, PAYMENT_SIMULATOR="1") as shop:
        buyer = BrowserBuyer(browser, shop, method)
        buyer.sign_in_and_order(method, phone)
        if method == "mpesa":
            buyer.answer_the_phone()
        else:
            buyer.pay()
        buyer.sees_the_money_arrive()
        browser.get(f"{shop}/simulator/")
        buyer.picture("4-simulator")
        assert "Paid" in buyer.find("section.box .status").text
