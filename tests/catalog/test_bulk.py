"""Many products are read and written at once."""

from decimal import Decimal

import pytest

from catalog.models import Product, Variant, VariantPrice
from catalog.services import products_lock, products_write
from catalog.services.bulk import ProductWrite, Rows
from tests.factories import make_product, make_user, sole_variant

pytestmark = pytest.mark.django_db


def test_a_new_product_is_there_with_its_variants_and_prices() -> None:
    product = Product(name="Lamp", slug="lamp")
    variants = [Variant(product=product, sku=size, options=[{"name": "Size", "value": size}]) for size in ("L", "S")]
    prices = [VariantPrice(variant=variant, currency="USD", amount=Decimal("9.50")) for variant in variants]
    products_write(changes=[ProductWrite(product, is_new=True, variants=Rows(variants), prices=Rows(prices))])
    found = Product.objects.get(slug="lamp")
    assert [(each.sku, each.prices.get().amount) for each in found.variants.order_by("sku")] == [
        ("L", Decimal("9.50")),
        ("S", Decimal("9.50")),
    ]
    assert [each.currency for each in found.price_ranges.all()] == ["USD"]


def test_a_change_of_a_variant_leaves_the_others_as_they_are() -> None:
    lamp, table = make_product("Lamp"), make_product("Table")
    variant = sole_variant(lamp)
    variant.sku = "L-2"
    products_write(changes=[ProductWrite(lamp, is_new=False, variants=Rows(changed=[variant]))])
    assert (sole_variant(lamp).sku, sole_variant(table).sku) == ("L-2", "")


def test_only_the_products_that_are_named_are_locked() -> None:
    lamp, _ = make_product("Lamp", price="9.50"), make_product("Table")
    sellers = make_product("Chair", seller=make_user())
    locked = products_lock(slugs=[lamp.slug, sellers.slug, "unknown"], currency="USD")
    assert locked.products == {lamp.slug: lamp}
    assert locked.sellers_slugs == {sellers.slug}
    variant = sole_variant(lamp)
    assert dict(locked.variants) == {lamp.pk: [variant]}
    assert {pk: price.amount for pk, price in locked.prices.items()} == {variant.pk: Decimal("9.50")}
