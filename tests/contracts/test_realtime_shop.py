"""Document 004: every request of it, with its own bodies, in its own order."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.sessions import REFRESH_GRACE
from catalog.services import category_create
from orders.states import OrderStatus
from tests.factories import PASSWORD, balance, make_product
from tests.support.tokens import bearer

pytestmark = pytest.mark.django_db

REGISTRATION = {
    "username": "john_doe",
    "email": "john@example.com",
    "password": "securepass123",
    "password2": "securepass123",
    "first_name": "John",
    "last_name": "Doe",
}
ORDER = {"shipping_address": "123 Main Street, Apt 4B, New York, NY 10001", "phone_number": "+1234567890"}


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=bearer(user)["Authorization"])
    return client


@pytest.fixture
def shopper(customer: User) -> APIClient:
    return signed_in(customer)


@pytest.fixture
def admin(staff: User) -> APIClient:
    return signed_in(staff)


class TestAuthentication:
    def test_register(self, anonymous_api: APIClient) -> None:
        answer = anonymous_api.post("/api/auth/register/", REGISTRATION)

        assert answer.status_code == 201
        body = answer.json()
        assert set(body) == {"message", "user", "tokens"}
        assert body["message"] == "User registered succesfully!"
        assert body["user"] == {"username": "john_doe", "email": "john@example.com"}
        assert set(body["tokens"]) == {"refresh", "access"}
        user = User.objects.get(username="john_doe")
        assert (user.first_name, user.last_name, user.is_staff) == ("John", "Doe", False)

    def test_registration_signs_in_at_once(self, anonymous_api: APIClient) -> None:
        access = anonymous_api.post("/api/auth/register/", REGISTRATION).json()["tokens"]["access"]
        profile = anonymous_api.get("/api/auth/profile/", headers={"Authorization": f"Bearer {access}"})
        assert profile.json()["email"] == "john@example.com"

    def test_the_documents_curl_registration(self, anonymous_api: APIClient) -> None:
        body = {
            "username": "testuser",
            "email": "test@example.com",
            "password": "testpass123",
            "password2": "testpass123",
        }
        assert anonymous_api.post("/api/auth/register/", body).status_code == 201
        login = anonymous_api.post("/api/auth/login/", {"username": "testuser", "password": "testpass123"})
        assert login.status_code == 200

    @pytest.mark.parametrize(
        ("_case", "change", "code"),
        [
            ("passwords differ", {"password2": "securepass124"}, "invalid"),
            ("weak password", {"password": "12345678", "password2": "12345678"}, "weak_password"),
            ("no e-mail address", {"email": "nobody"}, "invalid"),
        ],
    )
    def test_registration_refused(self, anonymous_api: APIClient, _case: str, change: dict, code: str) -> None:
        answer = anonymous_api.post("/api/auth/register/", REGISTRATION | change)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert not User.objects.exists()

    @pytest.mark.parametrize("change", [{"username": "JOHN_doe"}, {"email": "John@Example.com"}])
    def test_names_are_taken_whatever_their_case(self, anonymous_api: APIClient, change: dict) -> None:
        anonymous_api.post("/api/auth/register/", REGISTRATION)
        other = {"username": "second", "email": "second@example.com"} | change
        assert anonymous_api.post("/api/auth/register/", REGISTRATION | other).status_code == 409
        assert User.objects.count() == 1

    @pytest.mark.parametrize("name", ["carla", "carla@example.com"])
    def test_login(self, anonymous_api: APIClient, customer: User, name: str) -> None:
        answer = anonymous_api.post("/api/auth/login/", {"username": name, "password": PASSWORD})
        assert answer.status_code == 200
        assert set(answer.json()) == {"refresh", "access"}

    def test_login_with_a_wrong_password(self, anonymous_api: APIClient, customer: User) -> None:
        answer = anonymous_api.post("/api/auth/login/", {"username": "carla", "password": "wrong"})
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")

    def test_refresh_works_once(self, anonymous_api: APIClient, customer: User) -> None:
        tokens = anonymous_api.post("/api/auth/login/", {"username": "carla", "password": PASSWORD}).json()
        first = anonymous_api.post("/api/auth/token/refresh/", {"refresh": tokens["refresh"]})
        with time_machine.travel(timezone.now() + REFRESH_GRACE + timedelta(seconds=1)):
            again = anonymous_api.post("/api/auth/token/refresh/", {"refresh": tokens["refresh"]})
            # The stolen copy gave itself away: its successor has ended too.
            last = anonymous_api.post("/api/auth/token/refresh/", {"refresh": first.json()["refresh"]})
        assert (first.status_code, again.status_code, last.status_code) == (200, 401, 401)

    def test_profile(self, shopper: APIClient) -> None:
        body = {
            "first_name": "John",
            "last_name": "Doe",
            "phone_number": "+1234567890",
            "address": "123 Main St",
            "city": "New York",
            "postal_code": "10001",
            "country": "USA",
        }
        assert shopper.put("/api/auth/profile/", body).status_code == 200
        assert shopper.get("/api/auth/profile/").json() | body == shopper.get("/api/auth/profile/").json()

    def test_a_part_of_the_profile_is_enough(self, shopper: APIClient, customer: User) -> None:
        shopper.put("/api/auth/profile/", {"city": "Nairobi"})
        shopper.put("/api/auth/profile/", {"country": "Kenya"})
        customer.refresh_from_db()
        assert (customer.city, customer.country) == ("Nairobi", "Kenya")

    def test_profile_gives_no_rights(self, shopper: APIClient, customer: User) -> None:
        shopper.put("/api/auth/profile/", {"is_staff": True, "role": "staff", "is_superuser": True, "username": "root"})
        customer.refresh_from_db()
        assert (customer.role, customer.is_superuser, customer.username) == ("customer", False, "carla")

    def test_profile_is_private(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.get("/api/auth/profile/").status_code == 401


class TestProducts:
    @pytest.fixture
    def catalogue(self) -> dict[str, Any]:
        electronics, books = category_create(name="Electronics"), category_create(name="Books")
        return {
            "electronics": electronics,
            "laptop": make_product("Gaming Laptop", price="1299.99", stock_left=50, category=electronics),
            "cable": make_product("Cable", price="9.50", stock_left=0, category=electronics),
            "novel": make_product("Novel", price="45.00", stock_left=3, category=books),
        }

    def names(self, client: APIClient, query: str) -> list[str]:
        answer = client.get(f"/api/products/{query}")
        assert answer.status_code == 200
        body = answer.json()
        assert set(body) == {"count", "next", "previous", "results"}
        return [row["name"] for row in body["results"]]

    def test_list(self, anonymous_api: APIClient, catalogue: dict) -> None:
        assert self.names(anonymous_api, "?page=1") == ["Gaming Laptop", "Cable", "Novel"]

    def test_filters(self, anonymous_api: APIClient, catalogue: dict) -> None:
        category = catalogue["electronics"].pk
        assert self.names(anonymous_api, f"?category={category}") == ["Gaming Laptop", "Cable"]
        assert self.names(anonymous_api, "?category=Electronics") == ["Gaming Laptop", "Cable"]
        assert self.names(anonymous_api, "?min_price=10&max_price=100") == ["Novel"]
        assert self.names(anonymous_api, "?in_stock=true") == ["Gaming Laptop", "Novel"]
        assert self.names(anonymous_api, "?search=laptop") == ["Gaming Laptop"]

    @pytest.mark.parametrize(
        "query", ["?min_price=cheap", "?page_size=0&nothing=1", "?in_stock=maybe", "?max_price=NaN"]
    )
    def test_a_bad_filter_is_refused(self, anonymous_api: APIClient, query: str) -> None:
        assert anonymous_api.get(f"/api/products/{query}").status_code in (200, 400)
        if "page_size" not in query:
            assert anonymous_api.get(f"/api/products/{query}").status_code == 400

    def test_details(self, anonymous_api: APIClient, catalogue: dict) -> None:
        body = anonymous_api.get(f"/api/products/{catalogue['laptop'].pk}/").json()
        assert body["name"] == "Gaming Laptop"
        assert body["price"] == "1299.99"
        assert body["stock"] == 50
        assert body["in_stock"] is True
        assert body["category"] == catalogue["electronics"].pk
        assert {"id", "description", "images", "image", "rating", "ratings"} <= set(body)

    def test_details_of_nothing(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.get("/api/products/4711/").status_code == 404

    def test_create(self, admin: APIClient) -> None:
        category = category_create(name="Computing")
        body = {
            "name": "Gaming Laptop",
            "description": "High performance gaming laptop",
            "price": 1299.99,
            "stock": 50,
            "category": category.pk,
        }
        answer = admin.post("/api/products/", body)
        assert answer.status_code == 201
        assert (answer.json()["price"], answer.json()["stock"]) == ("1299.99", 50)

    def test_update(self, admin: APIClient, catalogue: dict) -> None:
        body = {"name": "Gaming Laptop Pro", "price": 1499.99, "stock": 45}
        answer = admin.put(f"/api/products/{catalogue['laptop'].pk}/", body)
        assert answer.status_code == 200
        assert {name: answer.json()[name] for name in body} == body | {"price": "1499.99"}
        # The difference is in the ledger, not painted over.
        movements = catalogue["laptop"].variants.get().stock_items.get().movements.all()
        assert [movement.quantity for movement in movements] == [-5, 50]

    def test_delete(self, admin: APIClient, anonymous_api: APIClient, catalogue: dict) -> None:
        assert admin.delete(f"/api/products/{catalogue['novel'].pk}/").status_code == 204
        assert self.names(anonymous_api, "") == ["Gaming Laptop", "Cable"]
        assert anonymous_api.get(f"/api/products/{catalogue['novel'].pk}/").status_code == 404

    def test_only_staff_write(self, shopper: APIClient, anonymous_api: APIClient, catalogue: dict) -> None:
        address = f"/api/products/{catalogue['laptop'].pk}/"
        for client, refusal in ((shopper, 403), (anonymous_api, 401)):
            assert client.post("/api/products/", {"name": "X", "price": 1}).status_code == refusal
            assert client.put(address, {"price": 1}).status_code == refusal
            assert client.delete(address).status_code == refusal
        assert anonymous_api.get(address).json()["price"] == "1299.99"

    def test_low_stock(self, anonymous_api: APIClient, catalogue: dict) -> None:
        body = anonymous_api.get("/api/products/low_stock/").json()
        assert [(row["name"], row["stock"]) for row in body["results"]] == [("Cable", 0), ("Novel", 3)]

    def test_categories(self, anonymous_api: APIClient, admin: APIClient, shopper: APIClient) -> None:
        body = {"name": "Electronics", "description": "Electronic devices and gadgets"}
        assert shopper.post("/api/products/categories/", body).status_code == 403
        assert admin.post("/api/products/categories/", body).status_code == 201
        listed = anonymous_api.get("/api/products/categories/").json()
        assert [{name: row[name] for name in body} for row in listed["results"]] == [body]


class TestCart:
    def test_add_update_remove_and_clear(self, shopper: APIClient) -> None:
        laptop, mug = make_product(price="1299.99"), make_product(price="0.10")
        assert shopper.get("/api/orders/cart/").json()["items"] == []

        shopper.post("/api/orders/cart/add_item/", {"product_id": laptop.pk, "quantity": 2})
        added = shopper.post("/api/orders/cart/add_item/", {"product_id": mug.pk, "quantity": 3})
        assert added.status_code == 201
        assert added.json()["total"] == "2600.28"

        first, second = added.json()["items"]
        updated = shopper.put("/api/orders/cart/update_item/", {"item_id": first["id"], "quantity": 3})
        assert (updated.status_code, updated.json()["total"]) == (200, "3900.27")

        removed = shopper.delete(f"/api/orders/cart/remove_item/?item_id={second['id']}")
        assert [item["product"]["id"] for item in removed.json()["items"]] == [laptop.pk]

        assert shopper.delete("/api/orders/cart/clear/").status_code == 200
        assert shopper.get("/api/orders/cart/").json()["total"] == "0.00"

    def test_the_same_product_again_adds_up(self, shopper: APIClient) -> None:
        product = make_product()
        for _ in range(2):
            body = shopper.post("/api/orders/cart/add_item/", {"product_id": product.pk, "quantity": 2}).json()
        assert [item["quantity"] for item in body["items"]] == [4]

    def test_more_than_there_is(self, shopper: APIClient) -> None:
        product = make_product(stock_left=2)
        answer = shopper.post("/api/orders/cart/add_item/", {"product_id": product.pk, "quantity": 3})
        assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
        assert answer.json()["shortages"][0]["available"] == 2
        assert shopper.get("/api/orders/cart/").json()["items"] == []

    def test_anothers_item_does_not_exist(self, shopper: APIClient, other_customer: User) -> None:
        product = make_product()
        item = shopper.post("/api/orders/cart/add_item/", {"product_id": product.pk}).json()["items"][0]
        stranger = signed_in(other_customer)
        change = {"item_id": item["id"], "quantity": 9}
        assert stranger.put("/api/orders/cart/update_item/", change).status_code == 404
        assert stranger.delete(f"/api/orders/cart/remove_item/?item_id={item['id']}").status_code == 404
        assert shopper.get("/api/orders/cart/").json()["items"][0]["quantity"] == 1


class TestOrders:
    @pytest.fixture
    def placed(self, shopper: APIClient) -> dict[str, Any]:
        product = make_product("Gaming Laptop", price="1299.99", stock_left=5)
        shopper.post("/api/orders/cart/add_item/", {"product_id": product.pk, "quantity": 2})
        answer = shopper.post("/api/orders/", ORDER)
        assert answer.status_code == 201
        return {"product": product, **answer.json()}

    def test_place(self, shopper: APIClient, placed: dict) -> None:
        assert placed["status"] == "pending"
        assert placed["total"] == "2599.98"
        assert placed["shipping_address"] == ORDER["shipping_address"]
        assert placed["phone_number"] == ORDER["phone_number"]
        assert [(item["product_name"], item["quantity"]) for item in placed["items"]] == [("Gaming Laptop", 2)]
        assert balance(placed["product"]) == (5, 2)
        assert shopper.get("/api/orders/cart/").json()["items"] == []

    def test_list_and_details(self, shopper: APIClient, other_api: APIClient, placed: dict) -> None:
        assert [row["id"] for row in shopper.get("/api/orders/").json()["results"]] == [placed["id"]]
        assert shopper.get(f"/api/orders/{placed['id']}/").json()["total"] == "2599.98"
        assert other_api.get("/api/orders/").json()["count"] == 0
        assert other_api.get(f"/api/orders/{placed['id']}/").status_code == 404

    def test_an_empty_cart_orders_nothing(self, shopper: APIClient) -> None:
        answer = shopper.post("/api/orders/", ORDER)
        assert (answer.status_code, answer.json()["code"]) == (400, "cart_empty")

    def test_the_clients_price_does_not_count(self, shopper: APIClient) -> None:
        product = make_product(price="50.00")
        shopper.post("/api/orders/cart/add_item/", {"product_id": product.pk, "quantity": 1, "price": "0.01"})
        answer = shopper.post("/api/orders/", ORDER | {"total": "0.01", "status": "delivered", "user": 1})
        assert (answer.json()["total"], answer.json()["status"]) == ("50.00", "pending")

    def test_staff_update_the_status(self, admin: APIClient, shopper: APIClient, placed: dict) -> None:
        answer = admin.patch(f"/api/orders/{placed['id']}/update_status/", {"status": "shipped"})
        assert (answer.status_code, answer.json()["status"]) == (200, "shipped")
        # The pieces have left: two of five are gone and nothing is reserved any more.
        assert balance(placed["product"]) == (3, 0)

    def test_a_status_does_not_go_back(self, admin: APIClient, placed: dict) -> None:
        admin.patch(f"/api/orders/{placed['id']}/update_status/", {"status": "shipped"})
        back = admin.patch(f"/api/orders/{placed['id']}/update_status/", {"status": "pending"})
        assert (back.status_code, back.json()["code"]) == (409, "transition_refused")
        assert admin.get(f"/api/orders/{placed['id']}/").json()["status"] == "shipped"

    def test_customers_do_not_update_the_status(self, shopper: APIClient, placed: dict) -> None:
        assert shopper.patch(f"/api/orders/{placed['id']}/update_status/", {"status": "delivered"}).status_code == 403
        assert shopper.get(f"/api/orders/{placed['id']}/").json()["status"] == "pending"

    @pytest.mark.parametrize("status", list(OrderStatus))
    def test_every_status_is_a_word_of_the_document(self, admin: APIClient, placed: dict, status: OrderStatus) -> None:
        answer = admin.patch(f"/api/orders/{placed['id']}/update_status/", {"status": status.value})
        assert (answer.status_code, answer.json()["status"]) == (200, status.value)

    def test_total_is_the_sum_of_its_lines(self, placed: dict) -> None:
        assert sum(Decimal(item["subtotal"]) for item in placed["items"]) == Decimal(placed["total"])
