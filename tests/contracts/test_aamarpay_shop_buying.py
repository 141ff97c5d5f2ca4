"""Document 000: products, the cart and its items, and where parcels are."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from cart.models import Cart, CartItem
from cart.services import cart_open, item_add
from catalog.models import Product
from inventory.offers import offer_of_product
from orders.services import order_transition
from shipping.services import shipment_track
from tests.contracts.test_stripe_shop_orders import told
from tests.factories import make_product
from tests.payments.steps import place
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

CART = "/api/product_cart/"
UNKNOWN = 999_999


@pytest.fixture
def api(customer: User) -> APIClient:
    return client_with_token(customer)


@pytest.fixture
def product(db: None) -> Product:
    return make_product("Lamp", price="12.50", stock_left=10)


@pytest.fixture
def item(customer: User, product: Product) -> CartItem:
    return put(customer, product)


def put(user: User, product: Product) -> CartItem:
    return item_add(cart=cart_open(user=user), offer=offer_of_product(product.pk, currency="USD"), quantity=2)


def of_the_document(item: CartItem, product: Product) -> dict[str, Any]:
    return {"cart": item.cart_id, "product": product.pk, "created_by": item.cart.user_id, "quantity": 7}


class TestProducts:
    def test_the_list(self, api: APIClient, product: Product) -> None:
        answer = api.get("/api/products/")
        assert set(answer.json()) == {"count", "next", "previous", "results"}
        (row,) = answer.json()["results"]
        assert (row["id"], row["name"], row["price"], row["stock"]) == (product.pk, "Lamp", "12.50", 10)
        assert {"description", "category", "images", "image", "rating", "ratings", "in_stock"} <= set(row)


class TestTheCart:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_an_empty_one(self, api: APIClient, customer: User, method: str) -> None:
        answer = getattr(api, method)(CART)
        cart = Cart.objects.filter(user=customer).first()
        assert (answer.status_code, cart is None) == (200, method == "get")
        expected: dict[str, Any] = {"id": cart and cart.pk, "items": [], "total": "0.00", "currency": "USD"}
        assert answer.json() == expected

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_with_an_item(self, api: APIClient, product: Product, item: CartItem, method: str) -> None:
        line = {"id": item.pk, "cart": item.cart_id, "product": product.pk, "variant": item.variant_id}
        line |= {"name": "Lamp", "quantity": 2, "price": "12.50", "total": "25.00"}
        expected = {"id": item.cart_id, "items": [line], "total": "25.00", "currency": "USD"}
        assert getattr(api, method)(CART).json() == expected

    @pytest.mark.parametrize("format", ["json", "multipart"])
    def test_a_product_is_put_into_it(self, api: APIClient, customer: User, product: Product, format: str) -> None:
        body = {"product": product.pk, "quantity": 2, "price": "0.01"}
        answers = [api.post(CART, body, format=format) for _ in range(2)]
        item = CartItem.objects.get()
        expected = {"id": item.pk, "cart": item.cart_id, "product": product.pk, "variant": item.variant_id}
        expected["created_by"] = customer.pk
        assert [answer.status_code for answer in answers] == [201, 201]
        assert [answer.json() for answer in answers] == [expected | {"quantity": 2}, expected | {"quantity": 4}]
        assert api.get(CART).json()["total"] == "50.00"

    def test_ones_own_may_be_named(self, api: APIClient, product: Product, item: CartItem) -> None:
        answer = api.post(CART, of_the_document(item, product))
        assert (answer.status_code, answer.json()["quantity"]) == (201, 9)

    @pytest.mark.parametrize("fields", [{}, {"product": "product"}])
    def test_somebody_elses_is_not_there(
        self, api: APIClient, other_customer: User, product: Product, fields: dict
    ) -> None:
        theirs = put(other_customer, product).cart_id
        before = all_rows()
        for cart in (theirs, UNKNOWN):
            body = dict.fromkeys(fields, product.pk) | {"cart": cart}
            assert told(api.post(CART, body)) == (404, "cart_not_found")
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("is_known", [True, False])
    def test_a_cart_of_another_creator_is_refused(
        self, api: APIClient, other_customer: User, product: Product, is_known: bool
    ) -> None:
        before = all_rows()
        creator = other_customer.pk if is_known else UNKNOWN
        for body in ({"created_by": creator}, {"created_by": creator, "product": product.pk}):
            assert api.post(CART, body).status_code == 403
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"product": UNKNOWN}, 404),
            ({"product": "lamp"}, 400),
            ({"quantity": 0}, 400),
            ({"quantity": -1}, 400),
            ({"quantity": 11}, 409),
            ({"quantity": 10**6}, 400),
        ],
    )
    def test_what_can_not_be_bought_makes_no_cart(
        self, api: APIClient, product: Product, body: dict[str, Any], status: int
    ) -> None:
        before = all_rows()
        assert api.post(CART, {"product": product.pk} | body).status_code == status
        assert changed(before, all_rows()) == []


class TestAnItem:
    @pytest.mark.parametrize("format", ["json", "multipart"])
    @pytest.mark.parametrize("method", ["post", "put", "patch"])
    def test_its_quantity_is_set(
        self, api: APIClient, product: Product, item: CartItem, method: str, format: str
    ) -> None:
        body = of_the_document(item, product)
        for _ in range(2):
            answer = getattr(api, method)(f"{CART}{item.pk}/", body, format=format)
            assert (answer.status_code, answer.json()) == (200, {"id": item.pk, "variant": item.variant_id} | body)
        assert api.get(CART).json()["total"] == "87.50"

    def test_it_is_removed(self, api: APIClient, item: CartItem) -> None:
        answer = api.delete(f"{CART}{item.pk}/")
        assert (answer.status_code, answer.content) == (204, b"")
        assert told(api.delete(f"{CART}{item.pk}/")) == (404, "cart_item_not_found")
        assert api.get(CART).json()["items"] == []

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_somebody_elses_is_not_there(
        self, api: APIClient, other_customer: User, product: Product, item: CartItem, method: str
    ) -> None:
        theirs = put(other_customer, product)
        before = all_rows()
        for pk in (theirs.pk, UNKNOWN):
            assert told(getattr(api, method)(f"{CART}{pk}/", {"quantity": 7})) == (404, "cart_item_not_found")
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("method", ["post", "put", "patch"])
    @pytest.mark.parametrize(
        ("field", "status"), [("cart", 404), ("product", 404), ("created_by", 403), ("quantity", 409)]
    )
    def test_a_cart_product_or_creator_that_is_not_its_own_is_refused(
        self,
        api: APIClient,
        other_customer: User,
        product: Product,
        item: CartItem,
        method: str,
        field: str,
        status: int,
    ) -> None:
        others = {
            "cart": put(other_customer, product).cart_id,
            "product": make_product().pk,
            "created_by": other_customer.pk,
            "quantity": 11,
        }
        before = all_rows()
        body = of_the_document(item, product) | {field: others[field]}
        assert getattr(api, method)(f"{CART}{item.pk}/", body).status_code == status
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("quantity", [0, -1, 1000, "1.5", "many", ""])
    def test_quantities_that_are_none(self, api: APIClient, item: CartItem, quantity: Any) -> None:
        for method in ("post", "put", "patch"):
            answer = getattr(api, method)(f"{CART}{item.pk}/", {"quantity": quantity})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/quantity")
        item.refresh_from_db()
        assert item.quantity == 2

    def test_it_is_not_touched_without_a_sign_in(self, item: CartItem) -> None:
        for method in ("post", "put", "patch", "delete"):
            assert getattr(APIClient(), method)(f"{CART}{item.pk}/").status_code == 401
        assert CartItem.objects.exists()


class TestOrderShipping:
    def test_address_method_status_and_tracking(self, api: APIClient, customer: User, staff: User) -> None:
        order = place(customer, make_product(), method="manual").order
        shipment_track(shipment_id=order.shipment_id, carrier="Pathao", tracking_number="P-1")
        order_transition(order_id=order.pk, to="shipped", actor=staff)
        (row,) = api.get("/api/order_shipping/").json()["results"]
        dates = {name: row.pop(name) for name in ("shipped_at", "delivered_at")}
        assert row == {
            "id": order.pk,
            "order": order.pk,
            "order_number": order.number,
            "order_status": "shipped",
            "address": "1 Main Street, Nairobi",
            "name": "Carla",
            "phone": "0712345678",
            "method": None,
            "status": "shipped",
            "carrier": "Pathao",
            "tracking_number": "P-1",
        }
        assert (dates["shipped_at"] is not None, dates["delivered_at"]) == (True, None)

    def test_of_ones_own_orders(self, api: APIClient, customer: User, other_customer: User) -> None:
        place(other_customer, make_product(), method="manual")
        assert api.get("/api/order_shipping/").json()["results"] == []
        mine = [place(customer, make_product(), method="manual").order_id for _ in range(2)]
        assert [row["id"] for row in api.get("/api/order_shipping/").json()["results"]] == mine[::-1]
        assert APIClient().get("/api/order_shipping/").status_code == 401
