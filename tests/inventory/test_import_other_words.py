"""``manage.py import_products``: files that say things as other shops do."""

from pathlib import Path
from unicodedata import normalize

import pytest
from django.test import Client

from catalog.models import Product
from tests.inventory.test_import_products import run, snapshot, write

pytestmark = pytest.mark.django_db


def test_a_file_with_odd_handles_changes_nothing_the_second_time(tmp_path: Path, client: Client) -> None:
    handles = ["2024", "Search", "Mug", normalize("NFD", "কাপড়"), "0" * 30, "low-stock"]
    path = write(tmp_path, "Handle,Title,Price\n" + "".join(f"{handle},A,1\n" for handle in handles) + ",2025,1\n")
    run(path)
    before = snapshot()

    out, err = run(path)

    assert "Products: 0 created, 0 updated, 7 unchanged, 0 failed.\n" in out
    assert "line 2: warning: product-2024: Handle '2024' becomes this." in err
    assert snapshot() == before
    for product in Product.objects.all():
        assert client.get(f"/api/v1/products/{product.slug}/").json()["id"] == product.pk
