"""Names are found in any spelling: letter case, accents, Unicode forms, on SQLite and PostgreSQL alike."""

from importlib import import_module
from typing import Any
from unicodedata import normalize

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from catalog.models import Category, Product
from catalog.services import category_create, category_update, product_update
from tests.factories import make_product
from utils.text import fold

SPELLINGS = [
    ("İSTANBUL", "istanbul"),
    ("istanbul", "İSTANBUL"),
    ("\N{LATIN SMALL LETTER DOTLESS I}stanbul", "ISTANBUL"),
    ("café", "CAFE"),
    (normalize("NFD", "Café"), normalize("NFC", "café")),
    ("Straße", "STRASSE"),
    ("Smørrebrød", "smorrebrod"),
    ("ТОВАРЫ для Дома", "товары для дома"),
    ("ÇAĞRI", "cagri"),
    ("\uff26\uff35\uff2c\uff2c width", "full WIDTH"),
    ("한글", normalize("NFD", "한글")),
    ("Δίσκος", "ΔΙΣΚΟΣ"),
]
# Marks that are vowels: without them it is another word.
OTHER_WORDS = [("কাপড়", "কপড়"), ("हिन्दी", "हनद"), ("ผ้า", "ผา"), ("car", "card")]


def found(client: APIClient, **query: str) -> Any:
    answer = client.get("/api/v1/products/", query)
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.parametrize(("name", "typed"), SPELLINGS)
class TestFound:
    def test_by_search(self, db: None, anonymous_api: APIClient, name: str, typed: str) -> None:
        product = make_product(name)
        make_product("Something else")
        assert found(anonymous_api, search=typed) == [product.name]

    def test_by_category(self, db: None, anonymous_api: APIClient, name: str, typed: str) -> None:
        shelf = category_create(name=name)
        make_product("In it", category=shelf)
        make_product("Elsewhere")
        assert found(anonymous_api, category=typed) == ["In it"]

    def test_by_brand(self, db: None, anonymous_api: APIClient, name: str, typed: str) -> None:
        make_product("Its own", brand=name)
        make_product("Another's", brand="Acme")
        assert found(anonymous_api, brand=typed) == ["Its own"]


@pytest.mark.parametrize(("name", "typed"), OTHER_WORDS)
def test_other_words_are_not_found(db: None, anonymous_api: APIClient, name: str, typed: str) -> None:
    make_product(name)
    assert found(anonymous_api, search=typed) == []
    assert found(anonymous_api, search=name.upper()) == [name]


def test_names_come_first(db: None, anonymous_api: APIClient) -> None:
    make_product("Bag", description="<p>Goes with the coat.</p>")
    make_product("Wool COAT")
    make_product("Coat", brand="Bag")
    assert found(anonymous_api, search="coat") == ["Wool COAT", "Coat", "Bag"]
    assert found(anonymous_api, search="bag") == ["Bag", "Coat"]


def test_a_new_name_is_found_and_the_old_one_is_not(db: None, anonymous_api: APIClient) -> None:
    shelf = category_create(name="Été")
    product = make_product("Été", category=shelf)
    category_update(category=shelf, name="Hiver")
    product_update(product=product, name="Hiver", brand="Zoë")
    assert found(anonymous_api, search="ete") == []
    assert found(anonymous_api, search="HIVER") == found(anonymous_api, brand="zoe") == ["Hiver"]
    assert found(anonymous_api, category="hiver") == ["Hiver"]
    assert anonymous_api.get("/api/v1/products/", {"category": "ete"}).status_code == 400


def test_rows_from_before_are_found_after_the_migration(db: None, anonymous_api: APIClient) -> None:
    shelf = category_create(name="Été")
    make_product("İstanbul", brand="Zoë", category=shelf, description="<p>Café</p>")
    Product.objects.update(search_text="i̇stanbul\nzoë\ncafé", brand_key="")
    Category.objects.update(name_key="")
    assert found(anonymous_api, search="istanbul") == []
    import_module("catalog.migrations.0005_fold_what_is_searched").fold_rows(apps, None)
    assert found(anonymous_api, search="istanbul cafe") == found(anonymous_api, category="ete", brand="zoe")
    assert Product.objects.get().search_text == "istanbul\nzoe\ncafe\n"


@pytest.mark.parametrize("text", [" a \t b ", "ﷺ" * 10, "\u0301", "", "ß", "İ"])
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
