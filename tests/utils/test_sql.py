"""Statements that are written by hand, on the database that the tests run on."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import UserSession
from catalog.models import Product, Variant, VariantPrice
from tests.factories import make_product, make_user, sole_variant
from utils.sql import ModelColumns, among, fetch, places

pytestmark = pytest.mark.django_db


def test_instances_are_as_the_orm_reads_them() -> None:
    session = UserSession.objects.create(user=make_user(), current_jti="a", expires_at=timezone.now())
    variant = sole_variant(make_product())
    Variant.objects.filter(pk=variant.pk).update(options=[{"name": "Size", "value": "M"}], track_inventory=False)
    for model, pk in ((UserSession, session.pk), (Variant, variant.pk), (Product, variant.product_id)):
        columns, table = ModelColumns(model), model._meta.db_table
        (row,) = fetch(f"SELECT {columns.of('it')} FROM {table} AS it WHERE id = %s", pk)
        found, expected = columns.instance(row), model.objects.get(pk=pk)
        names = [field.attname for field in model._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
        assert [type(getattr(found, name)) for name in names] == [type(getattr(expected, name)) for name in names]
        assert not found._state.adding


def test_fields_that_are_not_read_are_deferred() -> None:
    product = make_product("Lamp")
    columns = ModelColumns(Product, "name", "id")
    (row,) = fetch(f"SELECT {columns.of('it')}, 7 FROM catalog_product AS it WHERE id = %s", product.pk)
    found = columns.instance(row)
    assert (found.name, found.get_deferred_fields() >= {"slug", "status"}, list(row)) == ("Lamp", True, [7])


def test_an_outer_join_without_a_row_makes_no_instance() -> None:
    product, prices = make_product(), ModelColumns(VariantPrice)
    VariantPrice.objects.all().delete()
    (row,) = fetch(
        f"SELECT {prices.of('price')} FROM catalog_variant AS variant "
        "LEFT JOIN catalog_variantprice AS price ON price.variant_id = variant.id WHERE variant.product_id = %s",
        product.pk,
    )
    assert prices.instance(row) is None


def test_amounts_are_exact() -> None:
    variant, amount = sole_variant(make_product()), ModelColumns(VariantPrice, "amount")
    for stored in ("0.10", "0.001", "999999999999.999", "19.99", "5"):
        variant.prices.update(amount=Decimal(stored))
        (row,) = fetch(f"SELECT {amount.of('price')} FROM catalog_variantprice AS price")
        assert amount.values(row) == [Decimal(stored)]


def test_times_and_ids_are_bound_as_they_are_stored() -> None:
    now = timezone.now()
    session = UserSession.objects.create(user=make_user(), current_jti="a", expires_at=now)
    statement = "SELECT 1 FROM accounts_usersession WHERE expires_at = %s AND id = %s"
    assert [list(row) for row in fetch(statement, now, session.pk)] == [[1]]
    assert not fetch(statement, now, uuid.uuid4())


def test_among_the_ids_of_a_subquery() -> None:
    first, _, third = [make_product().pk for _ in range(3)]
    condition = among(f"SELECT id FROM catalog_product WHERE id IN ({places(2)})")
    rows = fetch(f"SELECT id FROM catalog_product WHERE id {condition} ORDER BY id", first, third)
    assert [list(row) for row in rows] == [[first], [third]]
