"""The shop window's pages: what they are made of is there, and programs are told where everything is."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.urls import resolve

from storefronts.window.views import front_page

PAGES = ["/", "/account/new-password/"]
BROWSER = {"Accept": "text/html,*/*"}


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_names_is_there(client: Client, path: str) -> None:
    page = client.get(path, headers=BROWSER).content.decode()
    files = re.findall(r'"/static/([^"]+)"', page)
    assert {name.rpartition(".")[2] for name in files} == {"css", "js"}
    assert [name for name in files if not finders.find(name)] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_leads_only_where_something_is(client: Client, path: str) -> None:
    links = re.findall(r'href="(/[^"]*)"', client.get(path, headers=BROWSER).content.decode())
    pages = [link for link in links if not link.startswith("/static/")]
    assert pages
    assert [link for link in pages if resolve(link).func.__name__ == "unknown_path"] == []


def test_where_no_contract_has_the_root_programs_are_told_the_addresses() -> None:
    told = front_page(RequestFactory().get("/", headers={"Accept": "*/*"}))
    page = front_page(RequestFactory().get("/", headers=BROWSER))
    assert b'"api": "/api/v1/"' in told.content
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert front_page(RequestFactory().post("/")).status_code == 405
