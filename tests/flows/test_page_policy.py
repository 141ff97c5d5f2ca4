"""The Content-Security-Policy of the pages is in each answer, and a browser that enforces it shows every page."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from selenium.webdriver.common.by import By

from tests.factories import make_product
from tests.support.browser import chromium, needs_chromium
from tests.support.embedded_shop import embedded_shop, on_the_embedded_default
from utils import pages

HEADER = "Content-Security-Policy"


def policy_of(client: Client, path: str) -> dict[str, str]:
    header = client.get(path).headers[HEADER]
    return {name: value for name, _, value in (part.strip().partition(" ") for part in header.split(";"))}


@pytest.mark.django_db
class TestTheHeader:
    @pytest.mark.parametrize(
        "path",
        ["/admin/", "/admin/login/", "/admin/catalog/product/", "/swagger/", "/redoc/", "/account/new-password/"],
    )
    def test_pages_run_no_scripts_but_the_shops(self, admin_client: Client, path: str) -> None:
        policy = policy_of(admin_client, path)
        assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
        assert (policy["frame-ancestors"], policy["form-action"], policy["base-uri"]) == ("'none'", "'self'", "'none'")

    def test_what_no_browser_renders_has_none(self, client: Client) -> None:
        make_product()
        assert HEADER not in client.get("/api/v1/products/", headers={"Accept": "application/json"}).headers

    def test_files_may_come_from_the_bucket(self, client: Client, settings: Any, monkeypatch: Any) -> None:
        settings.AWS_STORAGE_BUCKET_NAME = "shop"
        monkeypatch.setattr(pages, "_origin_of_bucket", lambda: "https://shop.s3.amazonaws.com")
        policy = policy_of(client, "/admin/login/")
        for name in ("script-src", "style-src", "img-src", "font-src"):
            assert "https://shop.s3.amazonaws.com" in policy[name].split()


class TestInABrowser:
    pytestmark = [*needs_chromium, on_the_embedded_default]

    def test_no_page_breaks_its_own_policy(self, tmp_path: Path) -> None:
        code = "User.objects.create_superuser('admin', None, 'admin')"
        with embedded_shop(tmp_path, code=code) as shop, chromium() as browser:
            browser.get(f"{shop}/admin/")
            browser.find_element(By.NAME, "username").send_keys("admin")
            browser.find_element(By.NAME, "password").send_keys("admin")
            browser.find_element(By.CSS_SELECTOR, "[type=submit]").click()
            for path in ("/", "/admin/", "/admin/catalog/product/", "/admin/catalog/product/1/change/", "/swagger/"):
                browser.get(f"{shop}{path}")
                browser.implicitly_wait(20)
                assert browser.find_elements(By.CSS_SELECTOR, "h1, h2, .title"), path
            browser.get(f"{shop}/redoc/")
            assert browser.find_elements(By.CSS_SELECTOR, "h1"), "ReDoc shows nothing"
            logged = [entry["message"] for entry in browser.get_log("browser")]
        assert [message for message in logged if "Content Security" in message] == []
