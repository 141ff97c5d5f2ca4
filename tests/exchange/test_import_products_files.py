"""Test ``manage.py import_products`` on real files. The tests are skipped where the files are missing."""

import re

import pytest
from django.core.management import call_command

from catalog.models import Product
from tests.exchange.test_import_products import run
from tests.support.shared import shared_file

pytestmark = pytest.mark.django_db

CASES = [
    (
        "shopify/gatsby_starter_products.csv",
        {"created": 99, "failed": 0, "variants": 299, "images": 99, "movements": 299, "rows": 300, "errors": 1},
    ),
    (
        "shopify/packt_product_data.csv",
        {"created": 20, "failed": 0, "variants": 21, "images": 21, "movements": 19, "rows": 21, "errors": 0},
    ),
    (
        "large/derived_shopify_off_12k.csv",
        {
            "created": 11887,
            "failed": 111,
            "variants": 11887,
            "images": 1686,
            "movements": 11857,
            "rows": 12000,
            "errors": 113,
        },
    ),
]


def figures(out: str) -> dict[str, int]:
    numbers = [int(number) for number in re.findall(r"\d+", out[out.index("Products:") :])]
    products = ["created", "updated", "unchanged", "failed"]
    parts = ["variants", "variants_updated", "images", "images_updated", "images_removed", "movements"]
    return dict(zip([*products, *parts, "rows", "errors"], numbers, strict=False))


@pytest.mark.parametrize(("name", "expected"), CASES, ids=[name for name, _ in CASES])
def test_real_files_go_in_and_a_second_time_change_nothing(name: str, expected: dict[str, int]) -> None:
    path = shared_file(f"data/{name}")

    first, _ = run(path)
    second, _ = run(path)

    assert figures(first) == {
        "updated": 0,
        "unchanged": 0,
        "variants_updated": 0,
        "images_updated": 0,
        "images_removed": 0,
        **expected,
    }
    unchanged = {"unchanged": expected["created"], "failed": expected["failed"]}
    assert figures(second) == dict.fromkeys(figures(first), 0) | unchanged | {
        "rows": expected["rows"],
        "errors": expected["errors"],
    }
    assert Product.objects.count() == expected["created"]
    call_command("verify_stock")


def test_the_handle_of_two_products_keeps_the_first_and_reports_the_second() -> None:
    _, err = run(shared_file("data/shopify/gatsby_starter_products.csv"))

    assert err.splitlines() == [
        "line 170: warning: mediocre-concrete-pants: Body, Vendor, Type, Tags differ from line 20, which is used.",
        "line 170: error: mediocre-concrete-pants: the variant 'cerise' is already on line 20.",
    ]
    pants = Product.objects.get(slug="mediocre-concrete-pants")
    assert pants.brand == "Schmitt, Russel and Brown"
    assert [variant.title for variant in pants.variants.all()] == ["cerise", "orchid", "lilac", "aquamarine", "yellow"]
