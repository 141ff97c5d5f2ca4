"""``manage.py import_products``: files that say things as other shops do."""

from pathlib import Path
from unicodedata import normalize

import pytest
from django.test import Client

from catalog.models import Category, Product
from catalog.services import category_create
from tests.exchange.test_import_products import run, snapshot, write

pytestmark = pytest.mark.django_db


def test_a_file_with_odd_handles_changes_nothing_the_second_time(tmp_path: Path, client: Client) -> None:
    handles = ["2024", "Search", "Mug", normalize("NFD", "কাপড়"), "0" * 30, "low-stock"]
    path = write(tmp_path, "Handle,Title,Price\n" + "".join(f"{handle},A,1\n" for handle in handles) + ",2025,1\n")
    run(path)
    before = snapshot()

    out, err = run(path)

    assert "Products: 0 created, 0 updated, 7 unchanged, 0 failed.\n" in out
    assert "line 2: warning: product-2024: Handle '2024' becomes 'product-2024'." in err
    assert snapshot() == before
    for product in Product.objects.all():
        assert client.get(f"/api/v1/products/{product.slug}/").json()["id"] == product.pk


def test_an_unlisted_product_is_hidden_and_stays_so(tmp_path: Path, client: Client) -> None:
    path = write(tmp_path, "Handle,Title,Price,Status,Published\nmug,Mug,1,unlisted,WAHR\ncup,Cup,1,active,VRAI\n")
    run(path)

    out, err = run(path)

    assert err == "line 2: warning: mug: the shop has no unlisted products, so this one becomes a hidden draft.\n"
    assert "2 unchanged" in out
    assert [row["slug"] for row in client.get("/api/v1/products/").json()["results"]] == ["cup"]
    assert client.get("/api/v1/products/mug/").status_code == 404


def test_removed_markup_is_told_each_time_and_changes_nothing_again(tmp_path: Path) -> None:
    path = write(tmp_path, "Handle,Title,Price,Body (HTML)\nmug,Mug,1,<p style=x>Hot<img src=y></p>\n")
    run(path)

    out, err = run(path)

    assert err == "line 2: warning: Body (HTML): markup that is not allowed was removed. Products: 1.\n"
    assert "1 unchanged" in out
    assert Product.objects.get().description == "<p>Hot</p>"


def test_only_so_many_problems_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.management.commands.import_products._MOST_PROBLEMS_SHOWN", 2)

    out, err = run(write(tmp_path, "Handle,Title,Price\nmug,Mug,1\n" + "".join(f"m{n},,dear\n" for n in range(5))))

    assert len(err.splitlines()) == 2
    assert "Errors and warnings that are not shown: 3.\n" in out
    assert "6 read, 5 with errors" in out


def test_an_import_makes_only_so_many_categories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.categories.MOST_NEW", 2)
    category_create(name="Old")
    rows = ["a,A,1,Old", "b,B,1,One", "c,C,1,One > Two", "d,D,1,Three", "e,E,1,one > TWO", "f,F,1,"]
    path = write(tmp_path, "Handle,Title,Price,Product Category\n" + "\n".join(rows))

    told = "line 5: error: d: an import creates at most 2 new categories.\n"
    for batch in (1, 200):
        monkeypatch.setattr("exchange.writing._PRODUCTS", batch)
        assert run(path, dry_run=True)[1] == told
    assert run(path)[1] == told
    assert Product.objects.count() == 5
    assert run(path)[1] == ""
    assert Category.objects.count() == 4
