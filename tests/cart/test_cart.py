"""Carts of customers and guests, over HTTP."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from cart import services
from cart.errors import CartNotFound
from cart.jobs import forget_guest_carts
from cart.models import MAX_ITEMS, Cart, CartItem
from catalog.models import Product, ProductStatus
from catalog.services import variant_create
from inventory.offers import offer_of_product
from tests.factories import book_in, make_product, sole_variant

pytestmark = pytest.mark.django_db

CART = "/api/v1/cart/"
ITEMS = f"{CART}items/"


def test_nothing_yet(customer_api: APIClient) -> None:
    body = customer_api.get(CART).json()
    assert body == {"id": None, "token": None, "currency": "USD", "items": [], "item_count": 0, "total": "0.00"}
    assert not Cart.objects.exists()


def test_add_change_remove(customer_api: APIClient) -> None:
    first, second = make_product(price="1299.99"), make_product(price="0.10")
    customer_api.post(ITEMS, {"product": first.pk, "quantity": 2})
    body = customer_api.post(ITEMS, {"variant": sole_variant(second).pk, "quantity": 3}).json()
    assert (body["item_count"], body["total"]) == (5, "2600.28")
    assert [item["id"] for item in body["items"]] == [sole_variant(first).pk, sole_variant(second).pk]

    item = body["items"][1]["id"]
    assert customer_api.patch(f"{ITEMS}{item}/", {"quantity": 1}).json()["total"] == "2600.08"
    assert customer_api.delete(f"{ITEMS}{item}/").json()["total"] == "2599.98"
    assert customer_api.delete(CART).status_code == 204
    assert customer_api.get(CART).json()["items"] == []


def test_a_product_with_variants_needs_one_named(customer_api: APIClient) -> None:
    product = make_product("Shirt")
    large = variant_create(
        product=product, price=Decimal("12.00"), currency="USD", options=[{"name": "Size", "value": "L"}]
    )
    book_in(large, 2)
    answer = customer_api.post(ITEMS, {"product": product.pk})
    assert (answer.status_code, answer.json()["code"]) == (400, "variant_needed")
    body = customer_api.post(ITEMS, {"variant": large.pk}).json()
    assert (body["items"][0]["title"], body["total"]) == ("L", "12.00")


@pytest.mark.parametrize("body", [{}, {"product": 1, "variant": 1}, {"product": 1, "quantity": 0}])
def test_unclear_requests(customer_api: APIClient, body: dict) -> None:
    assert customer_api.post(ITEMS, body).status_code == 400
    assert not CartItem.objects.exists()


def test_emptying_ones_own_cart_leaves_the_others_alone(customer_api: APIClient, other_api: APIClient) -> None:
    product = make_product()
    for api in (customer_api, other_api):
        api.post(ITEMS, {"product": product.pk})
    assert customer_api.delete(CART).status_code == 204
    assert other_api.get(CART).json()["item_count"] == 1


def test_more_than_there_is(customer_api: APIClient) -> None:
    product = make_product(stock_left=3)
    customer_api.post(ITEMS, {"product": product.pk, "quantity": 2})
    answer = customer_api.post(ITEMS, {"product": product.pk, "quantity": 2})
    assert (answer.status_code, answer.json()["shortages"][0]["requested"]) == (409, 4)
    assert customer_api.get(CART).json()["item_count"] == 2


def test_a_line_and_a_cart_have_limits(customer_api: APIClient) -> None:
    product = make_product(stock_left=5000)
    customer_api.post(ITEMS, {"product": product.pk, "quantity": 999})
    answer = customer_api.post(ITEMS, {"product": product.pk, "quantity": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "quantity_out_of_range")

    cart = Cart.objects.get()
    variants = [sole_variant(make_product()) for _ in range(MAX_ITEMS)]
    CartItem.objects.bulk_create(CartItem(cart=cart, variant=variant, quantity=1) for variant in variants[1:])
    answer = customer_api.post(ITEMS, {"variant": variants[0].pk})
    assert (answer.status_code, answer.json()["code"]) == (409, "cart_full")
    assert CartItem.objects.count() == MAX_ITEMS


def test_a_refused_first_item_leaves_no_cart_behind(customer_api: APIClient, anonymous_api: APIClient) -> None:
    product = make_product(stock_left=1)
    for api in (customer_api, anonymous_api):
        for body, status in (({"product": product.pk, "quantity": 2}, 409), ({"variant": 2**40}, 404)):
            assert api.post(ITEMS, body).status_code == status
    assert not Cart.objects.exists()


def test_pieces_are_added_where_the_variant_stands(customer_api: APIClient) -> None:
    products = [make_product(price=price) for price in ("1.00", "2.00", "3.00")]
    for product in [*products, products[0]]:
        answer = customer_api.post(ITEMS, {"product": product.pk})
    assert [(item["product"], item["quantity"]) for item in answer.json()["items"]] == [
        (products[0].pk, 2),
        (products[1].pk, 1),
        (products[2].pk, 1),
    ]
    assert answer.json() == customer_api.get(CART).json()


def test_what_is_no_longer_sold_stays_without_a_price(customer_api: APIClient) -> None:
    gone, hidden, kept = [make_product(price="5.00") for _ in range(3)]
    for product in (gone, hidden, kept):
        customer_api.post(ITEMS, {"product": product.pk})
    gone.variants.update(is_active=False)
    Product.objects.filter(pk=hidden.pk).update(status=ProductStatus.ARCHIVED)
    answer = customer_api.post(ITEMS, {"product": kept.pk})
    prices = [(item["unit_price"], item["total"]) for item in answer.json()["items"]]
    assert prices == [(None, "0.00"), (None, "0.00"), ("5.00", "10.00")]
    assert answer.json() == customer_api.get(CART).json()


class TestGuests:
    def test_the_token_is_the_cart(self, anonymous_api: APIClient) -> None:
        product = make_product(price="5.00")
        token = anonymous_api.post(ITEMS, {"product": product.pk}).json()["token"]
        mine = {"X-Cart-Token": token}
        body = anonymous_api.post(ITEMS, {"product": product.pk}, headers=mine).json()
        assert (body["token"], body["total"]) == (token, "10.00")
        assert anonymous_api.get(CART).json()["items"] == []
        for nonsense in (str(uuid.uuid4()), "nonsense"):
            assert anonymous_api.get(CART, headers={"X-Cart-Token": nonsense}).status_code == 404

    def test_a_customers_cart_has_no_token_that_works(self, customer_api: APIClient, anonymous_api: APIClient) -> None:
        assert customer_api.post(ITEMS, {"product": make_product().pk}).json()["token"] is None
        token = str(Cart.objects.get().token)
        assert anonymous_api.get(CART, headers={"X-Cart-Token": token}).status_code == 404

    def test_merging_is_asked_for(self, anonymous_api: APIClient, customer_api: APIClient) -> None:
        shared, extra = make_product(price="1.00"), make_product(price="2.00")
        customer_api.post(ITEMS, {"product": shared.pk, "quantity": 2})
        token = anonymous_api.post(ITEMS, {"product": shared.pk, "quantity": 3}).json()["token"]
        anonymous_api.post(ITEMS, {"product": extra.pk}, headers={"X-Cart-Token": token})

        body = customer_api.post(f"{CART}merge/", {"token": token}).json()

        assert (body["item_count"], body["total"]) == (6, "7.00")
        again = customer_api.post(f"{CART}merge/", {"token": token})
        assert again.status_code == 404
        assert customer_api.get(CART).json()["total"] == "7.00"

    def test_anothers_cart_is_not_merged(self, customer_api: APIClient, other_api: APIClient) -> None:
        other_api.post(ITEMS, {"product": make_product().pk})
        token = str(Cart.objects.get().token)
        assert customer_api.post(f"{CART}merge/", {"token": token}).status_code == 404
        assert other_api.get(CART).json()["item_count"] == 1

    def test_forgotten_carts_are_deleted(self, anonymous_api: APIClient, customer_api: APIClient) -> None:
        product = make_product()
        anonymous_api.post(ITEMS, {"product": product.pk})
        customer_api.post(ITEMS, {"product": product.pk})
        token = str(Cart.objects.get(user=None).token)
        with time_machine.travel(timezone.now() + timedelta(days=29)):
            forget_guest_carts()
            anonymous_api.post(ITEMS, {"product": product.pk}, headers={"X-Cart-Token": token})
        with time_machine.travel(timezone.now() + timedelta(days=58)):
            forget_guest_carts()  # it was in use 29 days ago
        assert Cart.objects.count() == 2
        with time_machine.travel(timezone.now() + timedelta(days=60)):
            forget_guest_carts()
        assert Cart.objects.get().user is not None


class TestOrdered:
    """A request that read its cart as open, and changes it after another one has ordered it."""

    @pytest.fixture
    def read_before(self, customer_api: APIClient) -> Cart:
        customer_api.post(ITEMS, {"product": make_product(stock_left=9).pk, "quantity": 2})
        cart = Cart.objects.get()
        answer = customer_api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}})
        assert answer.status_code == 201
        return cart

    @pytest.mark.parametrize("change", ["add", "set", "remove", "clear"])
    def test_it_is_not_changed_any_more(self, read_before: Cart, change: str) -> None:
        item = CartItem.objects.get()
        offer = offer_of_product(item.variant.product_id, currency="USD")
        with pytest.raises(CartNotFound):
            {
                "add": lambda: services.item_add(cart=read_before, offer=offer, quantity=1),
                "set": lambda: services.item_set(cart=read_before, item_id=item.pk, quantity=1),
                "remove": lambda: services.item_remove(cart=read_before, item_id=item.pk),
                "clear": lambda: services.cart_clear(cart=read_before),
            }[change]()
        assert list(CartItem.objects.values_list("pk", "quantity")) == [(item.pk, 2)]

    def test_its_items_are_not_moved_to_another_cart(self, read_before: Cart, other_customer: User) -> None:
        with pytest.raises(CartNotFound):
            services.cart_merge(guest_cart=read_before, user=other_customer)
        assert CartItem.objects.get().cart_id == read_before.pk
