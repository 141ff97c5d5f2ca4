"""Editing the catalogue: prices of several variants, slugs of digits, categories that are in use or unknown."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import QuerySet
from rest_framework.test import APIClient

from accounts.models import User
from cart import services as cart
from catalog import services
from catalog.errors import BadSlug, CategoryInUse, CategoryNotFound
from catalog.models import Category, Product, VariantPrice
from catalog.querysets import ProductQuerySet
from inventory.offers import offer_of_variant
from inventory.products import product_update
from inventory.selectors import discrepancies
from orders.models import Order
from payments.services import checkout
from payments.states import PaymentMethod
from tests.conftest import client_of
from tests.factories import make_product, make_staff, make_user, order_request, sole_variant
from tests.support.omache_till import picture

PRODUCTS = "/api/v1/products/"
BOTH = [PRODUCTS, "/api/products/"]

needs_row_locks = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks to wait for")


def in_two_sizes() -> Product:
    product = make_product("Shirt", price="20.00")
    services.variant_create(
        product=product, price=Decimal("24.50"), currency="USD", options=[{"name": "Size", "value": "L"}]
    )
    return product


def prices() -> list[tuple[Decimal, Decimal | None]]:
    return list(VariantPrice.objects.order_by("pk").values_list("amount", "compare_at"))


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["price", "picture", "category"])
def test_what_is_changed_about_one_product_is_no_news_of_another(staff_api: APIClient, change: str) -> None:
    shirt, lamp = make_product("Shirt", category=services.category_create(name="Clothes")), make_product("Lamp")
    before = dict(Product.objects.values_list("pk", "updated_at"))
    if change == "price":
        staff_api.patch(f"{PRODUCTS}{shirt.pk}/", {"price": "18.00"})
    elif change == "picture":
        staff_api.post(f"{PRODUCTS}{shirt.pk}/images/", {"file": picture()}, format="multipart")
    else:
        services.category_update(category=Category.objects.get(), name="Garments")
    after = dict(Product.objects.values_list("pk", "updated_at"))
    assert (after[shirt.pk] > before[shirt.pk], after[lamp.pk]) == (True, before[lamp.pk])


@pytest.mark.django_db
class TestPrices:
    def test_one_price_is_not_put_on_several_variants(self, staff_api: APIClient) -> None:
        product = in_two_sizes()
        before = prices()
        refused = staff_api.patch(f"{PRODUCTS}{product.pk}/", {"price": "22.00", "name": "Blouse"})
        assert (refused.status_code, refused.json()["code"]) == (400, "variant_needed")
        assert (prices(), Product.objects.get().name) == (before, "Shirt")

    @pytest.mark.parametrize("method", ["patch", "put"])
    def test_what_was_read_may_be_sent_back(self, staff_api: APIClient, method: str) -> None:
        product = in_two_sizes()
        VariantPrice.objects.update(compare_at=Decimal("40.00"))
        before = prices()
        address = f"{PRODUCTS if method == 'patch' else '/api/products/'}{product.pk}/"
        shown = staff_api.get(address).json()
        answer = getattr(staff_api, method)(address, {"name": "Blouse", "price": shown["price"]})
        assert (answer.status_code, answer.json()["name"], prices()) == (200, "Blouse", before)

    def test_the_price_before_stays(self, staff_api: APIClient) -> None:
        product = make_product(price="20.00")
        VariantPrice.objects.update(compare_at=Decimal("40.00"))
        answer = staff_api.patch(f"{PRODUCTS}{product.pk}/", {"price": "18.00"})
        assert answer.json()["price"] == "18.00"
        assert prices() == [(Decimal("18.00"), Decimal("40.00"))]

    @pytest.mark.parametrize("address", BOTH)
    @pytest.mark.parametrize("name", ["min_price", "max_price"])
    @pytest.mark.parametrize("value", ["1e-17000", "1e17000", "0e-17000", "1.0001", "1" * 13, "NaN", "-1"])
    def test_bounds_no_column_holds(self, anonymous_api: APIClient, address: str, name: str, value: str) -> None:
        answer = anonymous_api.get(address, {name: value})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"?{name}")

    @pytest.mark.parametrize("value", ["0e17000", "1e11", "0.001", "999999999999.999"])
    def test_bounds_a_column_holds(self, anonymous_api: APIClient, value: str) -> None:
        make_product()
        assert anonymous_api.get(PRODUCTS, {"min_price": value}).status_code == 200


@pytest.mark.django_db
class TestSlugs:
    def test_names_of_digits(self, staff_api: APIClient, anonymous_api: APIClient) -> None:
        made = [staff_api.post(PRODUCTS, {"name": "2048", "price": "1.00"}).json()["slug"] for _ in range(2)]
        assert made == ["product-2048", "product-2048-2"]
        assert anonymous_api.get(f"{PRODUCTS}product-2048/").status_code == 200
        assert services.category_create(name="1984").slug == "category-1984"

    def test_slugs_of_digits_are_refused(self) -> None:
        product, category = make_product(), services.category_create(name="Books")
        attempts: list[Callable[[], object]] = [
            lambda: services.product_create(name="Game", price=Decimal(1), currency="USD", slug="2048"),
            lambda: services.product_update(product=product, slug="2048"),
            lambda: services.category_update(category=category, slug="2048"),
        ]
        for attempt in attempts:
            with pytest.raises(BadSlug):
                attempt()
        assert not Product.objects.filter(slug="2048").exists()


@pytest.mark.django_db
class TestCategories:
    def test_descriptions_are_cleaned(self, staff_api: APIClient) -> None:
        body = {"name": "Home", "description": "<p>Hot</p><script>alert(1)</script>"}
        assert staff_api.post("/api/v1/categories/", body).json()["description"] == "<p>Hot</p>"
        staff_api.patch("/api/v1/categories/home/", {"description": "<img src=x onerror=alert(1)>Cold"})
        assert Category.objects.get().description == "Cold"

    @pytest.mark.parametrize("address", BOTH)
    def test_an_unknown_one_in_the_body(self, staff_api: APIClient, address: str) -> None:
        answer = staff_api.post(address, {"name": "Mug", "price": "1.00", "category": 999_999})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"], error["code"]) == (400, "/category", "category_not_found")
        assert not Product.objects.exists()

    def test_an_unknown_parent(self, staff_api: APIClient) -> None:
        answer = staff_api.post("/api/v1/categories/", {"name": "Pots", "parent": "garden"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/parent")

    def test_a_child_that_came_after_it_was_read(self) -> None:
        home = services.category_create(name="Home")
        services.category_create(name="Kitchen", parent=Category.objects.get(pk=home.pk))
        assert home.numchild == 0
        with pytest.raises(CategoryInUse):
            services.category_delete(category=home)
        assert Category.objects.count() == 2

    def test_a_product_that_comes_while_it_is_deleted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        home = services.category_create(name="Home")
        make_product(category=home)
        monkeypatch.setattr(ProductQuerySet, "count", lambda products: 0)
        with pytest.raises(CategoryInUse):
            services.category_delete(category=home)
        assert Category.objects.count() == 1

    def test_one_that_is_gone(self) -> None:
        home = services.category_create(name="Home")
        stale = Category.objects.get()
        services.category_delete(category=home)
        with pytest.raises(CategoryNotFound):
            services.category_delete(category=stale)
        with pytest.raises(CategoryNotFound):
            services.category_create(name="Kitchen", parent=stale)


def in_threads(*acts: Callable[[], Any]) -> list[Any]:
    """Run all of ``acts`` at once, and return what each returned."""

    def act_and_close(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(act_and_close, acts))


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_a_category_is_not_deleted_with_the_child_it_is_getting() -> None:
    home = services.category_create(name="Home")
    added, may_commit = threading.Event(), threading.Event()

    def add() -> None:
        with transaction.atomic():
            services.category_create(name="Kitchen", parent=Category.objects.get(pk=home.pk))
            added.set()
            may_commit.wait(0.5)

    def delete() -> str:
        added.wait(5)
        try:
            services.category_delete(category=home)
        except CategoryInUse:
            return "in use"
        return "deleted"

    assert in_threads(add, delete)[1] == "in use"
    assert Category.objects.count() == 2


@needs_row_locks
class TestOrdersBesideEdits:
    """An order checks its foreign keys at its commit, with the stock locked that the editor waits for."""

    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]

    def lost(self, *, rounds: int) -> int:
        """Return how many of the orders and edits of the same products the database gave up."""
        products = [make_product(stock_left=10_000), make_product(stock_left=10_000)]
        staff, buyers = make_staff(), [make_user(), make_user()]

        def order(user: User) -> Callable[[], int]:
            def place() -> None:
                opened = cart.cart_open(user=user)
                for product in products:
                    offer = offer_of_variant(sole_variant(product).pk, currency="USD")
                    cart.item_add(cart=opened, offer=offer, quantity=1)
                checkout(user=user, method=PaymentMethod.MANUAL, order=order_request())

            return lambda: sum(given_up(place) for _ in range(rounds))

        def edit(product: Product) -> Callable[[], int]:
            def change(turn: int) -> Callable[[], object]:
                return lambda: product_update(
                    product=product, actor=staff, price=Decimal(10 + turn), stock=10_000 + turn
                )

            return lambda: sum(given_up(change(turn)) for turn in range(1, rounds + 1))

        return sum(in_threads(*map(order, buyers), *map(edit, products)))

    def test_neither_waits_for_the_other_in_a_circle(self) -> None:
        assert self.lost(rounds=30) == 0
        assert Order.objects.count() == 2 * 30
        assert discrepancies() == []

    def test_with_a_lock_on_the_key_too_they_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The negative control: it shows that the test above could fail."""
        as_it_is = QuerySet.select_for_update

        def stronger(rows: Any, *args: Any, no_key: bool = False, **kwargs: Any) -> Any:
            return as_it_is(rows, *args, **kwargs)

        monkeypatch.setattr(ProductQuerySet, "select_for_update", stronger, raising=False)
        assert self.lost(rounds=10) > 0
        assert discrepancies() == []


def given_up(act: Callable[[], object]) -> bool:
    try:
        act()
    except OperationalError:
        return True
    return False


@pytest.mark.django_db
class TestSomebodyElses:
    """What one sees, one may be told not to change; what one does not see does not exist."""

    def test_product_on_sale_is_forbidden(self) -> None:
        product = make_product("Lamp", seller=make_user("sally", role="seller"))
        api = client_of(make_user("solomon", role="seller"))
        for answer in (
            api.patch(f"/api/v1/products/{product.pk}/", {"name": "Mine"}),
            api.delete(f"/api/v1/products/{product.slug}/"),
            api.post(f"/api/v1/products/{product.pk}/variants/", {"options": [], "price": "1.00"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "product_denied")
        product.refresh_from_db()
        assert (product.name, product.status) == ("Lamp", "active")

    def test_draft_is_not_found(self) -> None:
        product = make_product("Lamp", seller=make_user("sally", role="seller"), status="draft")
        api = client_of(make_user("solomon", role="seller"))
        assert api.patch(f"/api/v1/products/{product.pk}/", {"name": "Mine"}).status_code == 404


@pytest.mark.django_db
def test_a_conflict_names_its_field(staff_api: APIClient) -> None:
    make_user("carla")
    body = {"username": "carla", "email": "new@example.com", "password": "another horse battery 8"}
    taken = APIClient().post("/api/v1/auth/register/", body)
    assert (taken.status_code, [error["pointer"] for error in taken.json()["errors"]]) == (409, ["/username"])
    body = {"username": "karl", "email": "carla@example.com", "password": "another horse battery 8"}
    taken = APIClient().post("/api/v1/auth/register/", body)
    assert (taken.status_code, [error["pointer"] for error in taken.json()["errors"]]) == (409, ["/email"])
