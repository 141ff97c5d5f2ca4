"""Every request that a document names is served, in its order, by one view; and a contract can be left out."""

import re
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import ResolverMatch, URLPattern, resolve

from storefronts import contracts
from storefronts.contracts import CONTRACTS, url_patterns
from storefronts.joint.views import ProductListView
from tests.support.documents import document
from utils.api.problems import unknown_path

_ROW = re.compile(r"^\| `(/[^`]+)`\s*\| (GET|POST|PUT|PATCH|DELETE)\s*\|", re.MULTILINE)
_HTTP = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) (/\S+)", re.MULTILINE)
_URL = re.compile(r"\*\*URL:\*\* `(?:(GET|POST) )?(/\S+)`")
_HOST = re.compile(r"`127\.0\.0\.1:8000(/\S*?)`")
_VERBS_OF_ITEMS = ("POST", "PATCH", "PUT", "DELETE")
_SAMPLE = {"category": "phones", "uidb64": "MQ", "token": "abc-0123", "id": "1"}


def named_in(number: str) -> list[tuple[str, str]]:
    """Methods and paths, as the document spells them, in its order."""
    text = document(number)
    if number == "000":
        return [
            (verb, path) for method, path in _URL.findall(text) for verb in ([method] if method else _VERBS_OF_ITEMS)
        ]
    if number == "002":
        posted = ("/registration/", "/create/", "/cart/", "/cashout/", "/safwebhook/")
        paths = [path.partition("?")[0] for path in _HOST.findall(text)]
        return [("POST" if path in posted else "GET", path) for path in dict.fromkeys(paths)]
    if number == "004":
        return [(method, path.partition("?")[0]) for method, path in _HTTP.findall(text)]
    return [(method, path) for path, method in _ROW.findall(text)]


def served(path: str) -> ResolverMatch:
    """Resolve ``path``; a token without a user's id beside it holds that too."""
    sample = _SAMPLE if "<uidb64>" in path else _SAMPLE | {"token": "MQ.abc-0123"}
    return resolve(re.sub(r"[<{](\w+)[>}]", lambda found: sample[found[1]], path))


def view_of(pattern: URLPattern) -> Any:
    return pattern.callback.cls  # type: ignore[attr-defined]


def answers(method: str, path: str) -> bool:
    """Return whether the view at ``path`` has the method, or maps it to an action."""
    callback: Any = served(path).func
    return method.lower() in (getattr(callback, "actions", None) or dir(callback.cls))


@pytest.mark.parametrize(("number", "count"), [("000", 13), ("001", 20), ("002", 10), ("003", 23), ("004", 21)])
def test_every_request_of_the_document_is_served(number: str, count: int) -> None:
    requests = named_in(number)
    assert len(requests) >= count, requests
    assert [(method, path) for method, path in requests if not answers(method, path)] == []


@pytest.mark.parametrize(("number", "package"), [(name[:3], package) for package, name in CONTRACTS.items()])
def test_the_urls_stand_in_the_documents_order(number: str, package: str) -> None:
    named = list(dict.fromkeys(served(path).route for _, path in named_in(number)))
    routes = [str(pattern.pattern) for pattern in import_module(f"storefronts.{package}.urls").urlpatterns]
    assert [route for route in routes if route in named] == named


def test_no_path_is_claimed_by_two_views(monkeypatch: pytest.MonkeyPatch) -> None:
    found = url_patterns(CONTRACTS)
    routes = [str(pattern.pattern) for pattern in found]
    assert len(routes) == len(set(routes))
    assert routes.count("api/products/") == 1

    monkeypatch.setattr(contracts, "_view", lambda pattern: object())
    with pytest.raises(ImproperlyConfigured, match="two views"):
        url_patterns(CONTRACTS)


def test_what_several_documents_publish_names_each_of_them() -> None:
    """Swagger UI shows it under each."""
    for pattern in url_patterns(CONTRACTS):
        view = view_of(pattern)
        owners = {package for package in CONTRACTS if view in map(view_of, url_patterns([package]))}
        assert len(owners) == 1 or set(view.contracts) == owners, view


def test_a_contract_can_be_left_out() -> None:
    """A path goes with the last document that has it."""
    without_004 = {str(pattern.pattern): view_of(pattern) for pattern in url_patterns(["stripe_shop", "modular_shop"])}
    assert "api/orders/cart/" not in without_004
    assert without_004["api/products/"] is ProductListView
    assert not any(str(pattern.pattern).startswith("api/") for pattern in url_patterns(["modular_shop"]))
    with pytest.raises(ImproperlyConfigured, match="no_shop"):
        url_patterns(["no_shop"])


def test_an_unknown_neighbour_is_not_found() -> None:
    assert resolve("/product/phones/extra/").func is unknown_path
