"""Customers who sell: what waits for staff, what staff let through, and reviews by sellers and buyers."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import AuditEntry, Role, User
from accounts.services import seller_approve
from catalog.models import Product, ProductStatus, Review
from inventory.products import image_add, product_create, product_update
from orders.models import Order
from orders.services import order_transition
from tests.admin.shown_forms import act
from tests.factories import make_product, make_staff, make_user
from tests.support.omache_till import picture
from tests.support.rows import all_rows, changed
from tests.support.tokens import bearer
from utils.events import deliver_due

pytestmark = pytest.mark.django_db

OFFER = {
    "name": "Gaming mouse",
    "image": None,
    "price": "2500.00",
    "item_number": 3,
    "category": "gaming",
    "payment_mpesa_number": "0712345678",
}
PRODUCTS = "/api/v1/products/"


@pytest.fixture
def seller() -> User:
    """Make a customer who put up a product through document 002."""
    user = make_user("nadia")
    offered(user)
    return user


def api_of(user: User) -> APIClient:
    return APIClient(headers=bearer(user))


def offered(user: User) -> Any:
    return api_of(user).post("/create/", OFFER, format="json")


def statuses(user: User) -> list[str]:
    return list(Product.objects.filter(seller=user).order_by("id").values_list("status", flat=True))


def test_what_a_seller_changes_as_staff_waits_for_nobody(seller: User) -> None:
    seller_approve(user=seller)
    deliver_due()
    User.objects.filter(pk=seller.pk).update(role=Role.STAFF, awaits_approval=True)
    promoted = User.objects.get(pk=seller.pk)
    product_update(product=Product.objects.get(seller=seller), actor=promoted, name="A better mouse")
    assert statuses(seller) == ["active"]


class TestTheSetting:
    def test_moderated_is_the_default(self, anonymous_api: APIClient) -> None:
        user = make_user()
        assert offered(user).status_code == 201
        assert statuses(user) == ["pending"]
        for path in (PRODUCTS, "/api/products/", "/catalog/products/", "/", "/product/gaming/"):
            assert "Gaming mouse" not in anonymous_api.get(path).content.decode()
        assert anonymous_api.get(f"{PRODUCTS}{Product.objects.get().pk}/").status_code == 404
        assert api_of(user).get(f"{PRODUCTS}{Product.objects.get().pk}/").json()["status"] == "pending"

    def test_open(self, settings: Any, anonymous_api: APIClient) -> None:
        settings.SELLERS = "open"
        user = make_user()
        offered(user)
        assert statuses(user) == ["active"]
        assert "Gaming mouse" in anonymous_api.get("/").content.decode()

    def test_closed(self, settings: Any) -> None:
        settings.SELLERS = "closed"
        user = make_user()
        api = api_of(user)
        before = all_rows()
        answer = api.post("/create/", OFFER, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "sellers_closed")
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("setting", ["open", "moderated", "closed"])
    def test_sellers_whom_staff_made_sell_at_once(self, setting: str, settings: Any) -> None:
        settings.SELLERS = setting
        user = make_user(role=Role.SELLER)
        assert offered(user).status_code == 201
        assert statuses(user) == ["active"]


def rename(user: User, product: Product) -> Any:
    return api_of(user).patch(f"{PRODUCTS}{product.pk}/", {"name": "Free gold"})


def activate(user: User, product: Product) -> Any:
    return api_of(user).patch(f"{PRODUCTS}{product.pk}/", {"status": "active"})


def add_variant(user: User, product: Product) -> Any:
    body = {"options": [{"name": "Size", "value": "FREE GOLD"}], "price": "1.00"}
    return api_of(user).post(f"{PRODUCTS}{product.pk}/variants/", body, format="json")


def add_picture(user: User, product: Product, png: Any) -> Any:
    return api_of(user).post(f"{PRODUCTS}{product.pk}/images/", {"file": png}, format="multipart")


class TestWaiting:
    @pytest.mark.parametrize("change", [rename, activate, add_variant])
    def test_what_is_changed_waits_again(self, change: Callable, seller: User) -> None:
        product = Product.objects.get()
        Product.objects.update(status=ProductStatus.ACTIVE)
        assert change(seller, product).status_code in {200, 201}
        assert statuses(seller) == ["pending"]

    def test_so_does_a_new_picture(self, seller: User) -> None:
        product = Product.objects.get()
        Product.objects.update(status=ProductStatus.ACTIVE)
        assert add_picture(seller, product, picture("new.png")).status_code == 201
        assert statuses(seller) == ["pending"]

    @pytest.mark.parametrize("header", [{}, {"If-Match": "*"}])
    def test_price_and_stock_do_not(self, seller: User, header: dict) -> None:
        Product.objects.update(status=ProductStatus.ACTIVE)
        path = f"{PRODUCTS}{Product.objects.get().pk}/"
        answer = api_of(seller).patch(path, {"price": "2400.00", "stock": 5}, headers=header)
        assert (answer.status_code, statuses(seller)) == (200, ["active"])

    def test_a_picture_that_was_under_way_when_staff_let_it_through(self, seller: User) -> None:
        read_before = Product.objects.get()
        Product.objects.update(status=ProductStatus.ACTIVE)
        image_add(product=read_before, actor=User.objects.get(pk=seller.pk), file=picture("new.png"))
        assert statuses(seller) == ["pending"]

    def test_one_that_was_under_way_when_staff_approved_its_seller(self, seller: User) -> None:
        read_before = User.objects.get(pk=seller.pk)
        seller_approve(user=seller)
        product_create(name="Mat", price=Decimal(5), actor=read_before, seller=read_before)
        assert statuses(seller)[-1] == "active"

    def test_staff_let_one_through(self, seller: User) -> None:
        assert activate(make_staff(), Product.objects.get()).status_code == 200
        offered(seller)
        assert statuses(seller) == ["active", "pending"]

    def test_it_can_not_be_bought(self, seller: User, customer_api: APIClient) -> None:
        before = all_rows()
        answer = customer_api.post("/api/v1/cart/items/", {"product": Product.objects.get().pk})
        assert answer.status_code == 404
        assert changed(before, all_rows()) == []


class TestApproving:
    def test_what_waits_is_on_sale_and_what_comes_too(self, seller: User, admin_client: Any) -> None:
        draft = make_product("Draft", seller=seller, status="draft")
        act(admin_client, "accounts_user", "approve_sellers", [seller.pk])
        deliver_due()
        offered(seller)
        assert statuses(seller) == ["active", "draft", "active"]
        assert draft.status == "draft"
        entry = AuditEntry.objects.filter(object_type="accounts.user", object_id=str(seller.pk)).latest("id")
        assert entry.changes["awaits_approval"] == [True, False]


class TestReviews:
    @pytest.mark.parametrize("path", ["/api/v1/products/{}/reviews/", "/api/products/{}/add-review/"])
    def test_not_of_ones_own(self, path: str) -> None:
        user = make_user(role=Role.SELLER)
        product = make_product(seller=user)
        api = api_of(user)
        before = all_rows()
        answer = api.post(path.format(product.pk), {"rating": 5, "comment": "Splendid!"})
        assert (answer.status_code, answer.json()["code"]) == (403, "own_product")
        assert changed(before, all_rows()) == []

    def bought(self, user: User, product: Product, *, to: str) -> None:
        items = [{"product": product.pk, "quantity": 1}]
        api_of(user).post("/api/v1/orders/", {"items": items, "address": {"street": "1 Main Street"}}, format="json")
        order_transition(order_id=Order.objects.latest("id").pk, to=to, actor=make_staff(), reason="Paid in the shop")

    def review(self, user: User, product: Product) -> bool:
        path = f"{PRODUCTS}{product.pk}/reviews/"
        assert api_of(user).post(path, {"rating": 4}).status_code == 201
        deliver_due()
        (review,) = APIClient().get(path).json()["results"]
        return review["is_verified_purchase"]

    @pytest.mark.parametrize(("to", "marked"), [("confirmed", True), ("delivered", True), ("cancelled", False)])
    def test_the_mark_tells_who_bought(self, to: str, marked: bool, customer: User) -> None:
        product = make_product()
        self.bought(customer, product, to=to)
        assert self.review(customer, product) is marked

    def test_who_did_not_has_none(self, customer: User, other_customer: User) -> None:
        product = make_product()
        self.bought(other_customer, product, to="confirmed")
        assert self.review(customer, product) is False

    def test_who_buys_later_gets_it(self, customer: User) -> None:
        product = make_product()
        assert self.review(customer, product) is False
        self.bought(customer, product, to="confirmed")
        deliver_due()
        assert Review.objects.get().is_verified_purchase
