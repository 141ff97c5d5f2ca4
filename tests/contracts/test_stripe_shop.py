"""Document 001: accounts, tokens and products, every request of it in its own order."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import Role, User
from catalog.models import Product, Review
from catalog.services import category_create
from tests.factories import PASSWORD, balance, make_product, make_user
from tests.support.mail import mailed
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

REGISTRATION = {"username": "john_doe", "email": "john@example.com", "password": "securepass123"}
NEW_PASSWORD = "another horse 8"


@pytest.fixture
def shopper(customer: User) -> APIClient:
    return client_with_token(customer)


@pytest.fixture
def admin(staff: User) -> APIClient:
    return client_with_token(staff)


def told(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined] # the test client adds it


def mailed_link() -> str:
    found = re.search(r"https?://\S+/reset-password/\S+/", mailed()[-1].body)
    assert found
    return found[0]


class TestAccounts:
    def test_register(self, anonymous_api: APIClient) -> None:
        answer = anonymous_api.post("/api/register/", REGISTRATION)
        assert answer.status_code == 201
        assert (answer.json()["username"], answer.json()["email"]) == ("john_doe", "john@example.com")
        user = User.objects.get()
        assert (user.is_staff, user.is_superuser, user.check_password("securepass123")) == (False, False, True)

    def test_get_user(self, shopper: APIClient, customer: User) -> None:
        body = shopper.get("/api/get-user/").json()
        assert (body["id"], body["username"], body["email"]) == (customer.pk, "carla", "carla@example.com")
        assert {"first_name", "last_name", "phone"} <= set(body)
        assert not {"password", "is_superuser"} & set(body)

    def test_update_user(self, shopper: APIClient, customer: User) -> None:
        for part in ({"first_name": "Carla", "last_name": "Doe"}, {"phone": "+1234567890"}):
            answer = shopper.put("/api/update-user/", part)
            assert (answer.status_code, answer.json() | part) == (200, answer.json())
        customer.refresh_from_db()
        assert (customer.first_name, customer.last_name, customer.phone) == ("Carla", "Doe", "+1234567890")

    def test_a_profile_may_come_back_as_it_was_read(self, shopper: APIClient) -> None:
        read = shopper.get("/api/get-user/").json()
        assert shopper.put("/api/update-user/", read | {"password": ""}, format="json").json() == read

    @pytest.mark.parametrize("email", [None, ""])
    def test_a_profile_without_an_address_may_come_back_as_it_was_read(self, email: str | None) -> None:
        user = make_user("nomail", email="")
        api = client_with_token(user)
        read = api.get("/api/get-user/").json()
        assert read["email"] is None
        answer = api.put("/api/update-user/", read | {"email": email, "first_name": "Nora"}, format="json")
        assert (answer.status_code, answer.json()) == (200, read | {"first_name": "Nora"})

    def test_a_profile_gives_no_rights(self, shopper: APIClient, customer: User) -> None:
        claims = {"is_staff": True, "role": "staff", "is_superuser": True, "first_name": "Carla"}
        assert shopper.put("/api/update-user/", claims, format="json").status_code == 200
        customer.refresh_from_db()
        assert (customer.role, customer.is_staff, customer.is_superuser) == ("customer", False, False)

    @pytest.mark.parametrize(
        "change", [{"email": "new@example.com"}, {"username": "root"}, {"password": NEW_PASSWORD}, {"email": ""}]
    )
    def test_what_has_to_be_proven_is_not_changed_here(self, shopper: APIClient, change: dict) -> None:
        before = all_rows()
        answer = shopper.put("/api/update-user/", {"first_name": "X", **change})
        assert told(answer) == (400, "invalid")
        assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(change))}"
        assert changed(before, all_rows()) == []

    def test_both_need_a_sign_in(self, anonymous_api: APIClient) -> None:
        assert anonymous_api.get("/api/get-user/").status_code == 401
        assert anonymous_api.put("/api/update-user/", {}).status_code == 401

    @pytest.mark.parametrize("confirmation", ["confirmPassword", "confirm_password", ""])
    def test_a_forgotten_password(self, anonymous_api: APIClient, customer: User, confirmation: str) -> None:
        signed_in = client_with_token(customer)
        assert anonymous_api.post("/api/forgot-password/", {"email": customer.email}).status_code == 200
        link = mailed_link()
        body = {"password": NEW_PASSWORD} | ({confirmation: NEW_PASSWORD} if confirmation else {})
        assert anonymous_api.post(link, body).status_code == 200
        customer.refresh_from_db()
        assert customer.check_password(NEW_PASSWORD)
        assert signed_in.get("/api/get-user/").status_code == 401
        assert told(anonymous_api.post(link, body)) == (400, "reset_link_refused")

    def test_an_unknown_address_gets_the_same_answer(self, anonymous_api: APIClient, customer: User) -> None:
        known, unknown = (
            anonymous_api.post("/api/forgot-password/", {"email": email})
            for email in (customer.email, "nobody@example.com")
        )
        assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
        assert [message.to for message in mailed()] == [[customer.email]]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"password": NEW_PASSWORD, "confirmPassword": "another"}, "invalid"),
            ({"password": NEW_PASSWORD, "confirm_password": "another"}, "invalid"),
            ({"confirmPassword": NEW_PASSWORD}, "invalid"),
            ({"password": "12345678"}, "weak_password"),
        ],
    )
    def test_a_refused_password_leaves_the_link_good(
        self, anonymous_api: APIClient, customer: User, body: dict, code: str
    ) -> None:
        anonymous_api.post("/api/forgot-password/", {"email": customer.email})
        link = mailed_link()
        before = all_rows()
        assert told(anonymous_api.post(link, body)) == (400, code)
        assert changed(before, all_rows()) == []
        assert anonymous_api.post(link, {"password": NEW_PASSWORD}).status_code == 200

    def test_a_guessed_token(self, anonymous_api: APIClient, customer: User) -> None:
        anonymous_api.post("/api/forgot-password/", {"email": customer.email})
        link = mailed_link()
        other = link[:-4] + ("000/" if link[-4:] != "000/" else "111/")
        before = all_rows()
        assert told(anonymous_api.post(other, {"password": NEW_PASSWORD})) == (400, "reset_link_refused")
        assert told(anonymous_api.post("/api/reset-password/nonsense/", {"password": NEW_PASSWORD}))[0] == 404
        assert changed(before, all_rows()) == []

    def test_a_person_who_follows_the_link_comes_to_a_page(self, anonymous_api: APIClient, customer: User) -> None:
        anonymous_api.post("/api/forgot-password/", {"email": customer.email})
        link = mailed_link()
        page, token = anonymous_api.get(link, HTTP_ACCEPT="text/html,*/*"), link.split("/")[-2]
        assert (page.status_code, page["Location"]) == (302, f"/account/new-password/#{token}")
        assert anonymous_api.get(link).json() == {"page": page["Location"]}
        assert page["Cache-Control"] == anonymous_api.get(link)["Cache-Control"] == "private, no-store"


class TestTokens:
    @pytest.mark.parametrize("name", ["carla", "carla@example.com"])
    def test_token_and_refresh(self, anonymous_api: APIClient, customer: User, name: str) -> None:
        tokens = anonymous_api.post("/api/token/", {"username": name, "password": PASSWORD})
        assert (tokens.status_code, set(tokens.json())) == (200, {"access", "refresh"})
        fresh = anonymous_api.post("/api/token/refresh/", {"refresh": tokens.json()["refresh"]}).json()
        bearer = {"Authorization": f"Bearer {fresh['access']}"}
        assert anonymous_api.get("/api/get-user/", headers=bearer).json()["id"] == customer.pk

    def test_a_wrong_password(self, anonymous_api: APIClient, customer: User) -> None:
        answer = anonymous_api.post("/api/token/", {"username": "carla", "password": "wrong"})
        assert told(answer) == (401, "wrong_credentials")


LAPTOP = {
    "name": "Gaming Laptop",
    "description": "High performance gaming laptop",
    "price": 1299.99,
    "stock": 50,
    "category": "Electronics",
}


class TestProducts:
    def test_the_documents_example_of_a_filter(self, anonymous_api: APIClient) -> None:
        shelf = category_create(name="Electronics")
        make_product("Laptop", price="1299.99", category=shelf)
        make_product("Cable", price="9.50", category=shelf)
        make_product("Table", price="500.00")
        rows = anonymous_api.get("/api/products/?category=Electronics&min_price=100").json()["results"]
        assert [row["name"] for row in rows] == ["Laptop"]
        assert anonymous_api.get(f"/api/products/{rows[0]['id']}/").json()["price"] == "1299.99"

    @pytest.mark.parametrize("by", ["name", "pk"])
    def test_create(self, admin: APIClient, by: str) -> None:
        category = category_create(name="Electronics")
        answer = admin.post("/api/products/create/", LAPTOP | {"category": getattr(category, by)}, format="json")
        body = answer.json()
        assert (answer.status_code, body["price"], body["stock"]) == (201, "1299.99", 50)
        assert (body["category"], body["category_name"], body["in_stock"]) == (category.pk, "Electronics", True)

    def test_an_unknown_category(self, admin: APIClient) -> None:
        assert told(admin.post("/api/products/create/", LAPTOP)) == (400, "invalid")
        assert not Product.objects.exists()

    def test_update_and_delete(self, admin: APIClient, anonymous_api: APIClient) -> None:
        product = make_product("Laptop", price="10.00", stock_left=5)
        path = f"/api/products/{product.pk}/"
        answer = admin.put(f"{path}update/", {"price": "12.50", "stock": 3})
        assert (answer.status_code, answer.json()["price"], answer.json()["name"]) == (200, "12.50", "Laptop")
        assert balance(product) == (3, 0)
        assert admin.delete(f"{path}delete/").status_code == 204
        assert anonymous_api.get(path).status_code == 404

    def test_the_owner_of_a_product_and_nobody_else(self, shopper: APIClient) -> None:
        owner, rival = make_user("sally", role=Role.SELLER), make_user("solomon", role=Role.SELLER)
        path = f"/api/products/{make_product(seller=owner).pk}/"
        for stranger in (shopper, client_with_token(rival)):
            before = all_rows()
            assert stranger.put(f"{path}update/", {"price": "0.01"}).status_code == 403
            assert stranger.delete(f"{path}delete/").status_code == 403
            assert changed(before, all_rows()) == []
        assert client_with_token(owner).put(f"{path}update/", {"price": "8.00"}).json()["price"] == "8.00"
        assert client_with_token(owner).delete(f"{path}delete/").status_code == 204

    def test_customers_create_nothing(self, shopper: APIClient, anonymous_api: APIClient) -> None:
        assert shopper.post("/api/products/create/", LAPTOP).status_code == 403
        assert anonymous_api.post("/api/products/create/", LAPTOP).status_code == 401
        assert not Product.objects.exists()


def picture(name: str = "a.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


class TestImages:
    PATH = "/api/products/upload-images/"

    @pytest.fixture(autouse=True)
    def media(self, settings: Any, tmp_path: Path) -> Path:
        settings.MEDIA_ROOT = str(tmp_path)
        return tmp_path

    def send(self, api: APIClient, **fields: Any) -> HttpResponse:
        return api.post(self.PATH, fields, format="multipart")

    def test_several_at_once(self, admin: APIClient, anonymous_api: APIClient) -> None:
        product = make_product()
        answer = self.send(admin, product=product.pk, images=[picture(), picture("b.png")])
        assert (answer.status_code, len(answer.json())) == (201, 2)  # type: ignore[attr-defined]
        assert self.send(admin, product=product.pk, images=[picture()]).status_code == 201
        shown = anonymous_api.get(f"/api/products/{product.pk}/").json()
        assert len(shown["images"]) == 3
        assert shown["image"] == answer.json()[0]["image"]  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "images",
        [[], [picture(), SimpleUploadedFile("b.png", b"no picture")], [picture() for _ in range(11)], ["text"]],
        ids=["none", "one is none", "too many", "text"],
    )
    def test_all_or_none(self, admin: APIClient, media: Path, images: list) -> None:
        product = make_product()
        assert told(self.send(admin, product=product.pk, images=images)) == (400, "invalid")
        assert not product.images.exists()
        assert not [path for path in media.rglob("*") if path.is_file()]

    def test_only_staff_upload_to_a_product_that_exists(
        self, admin: APIClient, shopper: APIClient, anonymous_api: APIClient
    ) -> None:
        product = make_product()
        assert self.send(shopper, product=product.pk, images=[picture()]).status_code == 403
        assert self.send(anonymous_api, product=product.pk, images=[picture()]).status_code == 401
        assert told(self.send(admin, product=4711, images=[picture()])) == (404, "product_not_found")
        assert admin.post(self.PATH, {"product": product.pk}, format="json").status_code == 415
        assert not product.images.exists()


class TestReviews:
    def test_add_update_and_delete(self, shopper: APIClient, anonymous_api: APIClient) -> None:
        path = f"/api/products/{make_product().pk}/"
        first = shopper.post(f"{path}add-review/", {"rating": 5, "comment": "Great product!"})
        assert (first.status_code, first.json()["rating"], first.json()["comment"]) == (201, 5, "Great product!")
        again = shopper.post(f"{path}add-review/", {"rating": 2, "comment": "It broke"})
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
        shown = anonymous_api.get(path).json()
        assert (shown["rating"], shown["ratings"], shown["reviews"][0]["comment"]) == ("2.00", 1, "It broke")
        assert shopper.delete(f"{path}delete-review/").status_code == 204
        assert told(shopper.delete(f"{path}delete-review/")) == (404, "review_not_found")
        assert anonymous_api.get(path).json()["ratings"] == 0

    @pytest.mark.parametrize("rating", [0, 6, -1, "good", 1.5, None])
    def test_a_rating_is_one_to_five(self, shopper: APIClient, rating: Any) -> None:
        path = f"/api/products/{make_product().pk}/add-review/"
        assert told(shopper.post(path, {"rating": rating}, format="json")) == (400, "invalid")
        assert not Review.objects.exists()

    def test_anothers_review_stays(self, shopper: APIClient, other_customer: User, anonymous_api: APIClient) -> None:
        path, other = f"/api/products/{make_product().pk}/", client_with_token(other_customer)
        other.post(f"{path}add-review/", {"rating": 5, "user": 1})
        assert shopper.delete(f"{path}delete-review/").status_code == 404
        assert anonymous_api.post(f"{path}add-review/", {"rating": 1}).status_code == 401
        assert Review.objects.get().user == other_customer


@pytest.mark.parametrize(
    "path", ["/api/get-users/", "/api/products/1/updates/", "/api/orders/1/processed/", "/api/tokens/"]
)
def test_what_is_not_there_is_a_problem_document(anonymous_api: APIClient, path: str) -> None:
    answer = anonymous_api.post(path, {})
    assert answer["Content-Type"] == "application/problem+json"
    assert told(answer) == (404, "not_found")
