"""Products with their stock: what is offered now, and putting something up for sale."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import TokenRefused
from accounts.models import User
from accounts.services import user_erase
from catalog.errors import BadPrice, NotForSale, ProductNotFound, VariantNeeded
from catalog.models import Category, Product
from catalog.services import product_archive
from inventory.offers import LineItem, ProductLine, line_items, offer_of, offer_of_product
from inventory.products import product_offer, variant_create
from inventory.selectors import discrepancies
from tests.factories import balance, make_product, make_staff, make_user, sole_variant
from tests.support.rows import all_rows, changed
from utils.errors import Denied

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {"name": "Gaming mouse", "category": "gaming", "price": Decimal(2500)}


def offered(*products: int) -> list[LineItem]:
    return line_items([ProductLine(product, 2) for product in products], currency="USD")


class TestOffersNamed:
    def test_by_product_with_price_and_stock(self, django_assert_num_queries: Any) -> None:
        lamp, table = make_product(price="9.50", stock_left=3), make_product(price="80.00", stock_left=0)
        with django_assert_num_queries(1):
            offers = offered(lamp.pk, table.pk, lamp.pk)
        of_lamp = (sole_variant(lamp).pk, Decimal("9.50"), 3, 2)
        of_table = (sole_variant(table).pk, Decimal("80.00"), 0, 2)
        found = [(offer.variant.pk, offer.price, offer.stock, quantity) for offer, quantity in offers]
        assert found == [of_lamp, of_table, of_lamp]
        assert offer_of_product(lamp.pk, currency="USD") == offers[0][0]

    def test_of_none(self) -> None:
        assert offered() == []

    def test_an_unknown_one(self) -> None:
        draft = make_product(status="draft")
        for unknown in (999_999, draft.pk):
            with pytest.raises(ProductNotFound):
                offered(make_product().pk, unknown)

    def test_one_that_went_off_sale(self) -> None:
        product = make_product()
        product_archive(product=product)
        with pytest.raises(ProductNotFound):
            offered(product.pk)

    def test_one_that_has_no_variant_to_sell(self) -> None:
        product = make_product()
        product.variants.update(is_active=False)
        with pytest.raises(NotForSale):
            offered(make_product().pk, product.pk)

    def test_one_in_several_variants(self) -> None:
        product = make_product()
        variant_create(product=product, price=Decimal(12), actor=make_staff(), options=[{"name": "Size", "value": "L"}])
        with pytest.raises(VariantNeeded):
            offer_of_product(product.pk, currency="USD")
        ((offer, _),) = offered(product.pk)
        assert offer.variant == product.variants.earliest("position", "pk")


def test_an_offer_is_of_a_variant_or_a_product() -> None:
    lamp = make_product()
    offers = [offer_of(variant=sole_variant(lamp).pk, currency="USD"), offer_of(product=lamp.pk, currency="USD")]
    assert offers[0] == offers[1]
    with pytest.raises(TypeError):
        offer_of(currency="USD")


class TestProductOffer:
    def test_a_customer_becomes_its_seller(self, customer: User) -> None:
        product = product_offer(user=customer, stock=12, payout_phone="0712345678", **FIELDS)
        stored: Any = Product.objects.select_related("category", "seller").get(pk=product.pk)
        assert (stored.seller, stored.seller.role, stored.status) == (customer, "seller", "pending")
        assert (stored.category.slug, stored.payout_phone) == ("gaming", "0712345678")
        assert (balance(stored), discrepancies()) == ((12, 0), [])

    def test_nothing_in_stock_yet(self, customer: User) -> None:
        product = product_offer(user=customer, stock=0, **FIELDS)
        assert not product.variants.get().stock_items.exists()

    def test_staff_stay_staff_and_need_the_right_to_book(self) -> None:
        keeper, clerk = make_staff("keeper", groups=["catalogue"]), make_staff("clerk", groups=["finance"])
        product_offer(user=keeper, stock=1, **FIELDS)
        keeper.refresh_from_db()
        assert keeper.role == "staff"
        before = all_rows()
        with pytest.raises(Denied):
            product_offer(user=clerk, stock=1, **FIELDS | {"category": "kitchen"})
        assert changed(before, all_rows()) == []

    def test_an_account_that_was_erased_meanwhile(self, customer: User) -> None:
        user_erase(user=customer)
        before = all_rows()
        with pytest.raises(TokenRefused):
            product_offer(user=customer, stock=1, payout_phone="0712345678", **FIELDS)
        assert changed(before, all_rows()) == []

    def test_a_refused_one_leaves_neither_a_seller_nor_a_category(self) -> None:
        user = make_user()
        with pytest.raises(BadPrice):
            product_offer(user=user, **FIELDS | {"price": Decimal("0.001")})
        user.refresh_from_db()
        assert (user.role, Category.objects.exists(), Product.objects.exists()) == ("customer", False, False)
