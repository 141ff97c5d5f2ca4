"""Document 001: paying with Stripe, and the document's whole flow, with a Stripe of our own making."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from cart.services import cart_open, item_add
from catalog.services import category_create
from inventory.offers import offer_of_product
from orders.models import Order
from payments.models import GatewayEvent, Payment
from tests.contracts.test_stripe_shop_orders import ADDRESS, told
from tests.factories import balance, make_product
from tests.payments.steps import settle_down
from tests.support.fake_stripe import signed
from tests.support.mail import mailed
from tests.support.rows import all_rows, changed
from tests.support.shop_with_stripe import StripeShop
from tests.support.world import client_with_token

pytestmark = pytest.mark.django_db

SESSION, WEBHOOK = "/api/create-checkout-session/", "/api/orders/webhook/"


@pytest.fixture
def shopper(stripe_shop: StripeShop) -> APIClient:
    return client_with_token(stripe_shop.buyer)


def ask(shop: StripeShop, api: APIClient, **fields: Any) -> HttpResponse:
    items = [{"product": shop.product.pk, "quantity": 2, "price": "0.01"}]
    return api.post(SESSION, ADDRESS | {"order_items": items} | fields, format="json")


def post(body: bytes, signature: str) -> HttpResponse:
    return APIClient().generic("POST", WEBHOOK, body, content_type="application/json", HTTP_STRIPE_SIGNATURE=signature)


class TestTheSession:
    def test_it_is_asked_for_with_our_own_prices(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        answer = ask(stripe_shop, shopper, total_amount="0.01")
        body = answer.json()  # type: ignore[attr-defined]
        payment = Payment.objects.get()
        session = stripe_shop.fake.sessions[body["session_id"]]
        assert (answer.status_code, body["url"], body["order"]) == (201, session["url"], payment.order_id)
        assert (body["total_amount"], body["currency"], session["amount_total"]) == ("25.00", "USD", 2500)
        assert balance(stripe_shop.product) == (5, 2)

    def test_for_the_cart(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        self.fill_cart(stripe_shop)
        assert shopper.post(SESSION, ADDRESS).json()["total_amount"] == "12.50"
        assert told(shopper.post(SESSION, ADDRESS)) == (400, "cart_empty")

    def test_where_the_browser_goes_afterwards(
        self, stripe_shop: StripeShop, shopper: APIClient, settings: Any
    ) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
        pages = {"success_url": "https://front.example/thanks", "cancel_url": "https://front.example/cart"}
        assert ask(stripe_shop, shopper, **pages).status_code == 201
        payment = Payment.objects.get()
        assert (payment.return_url, payment.cancelled_url) == tuple(pages.values())

    def test_where_an_app_is_opened_again(self, stripe_shop: StripeShop, shopper: APIClient, settings: Any) -> None:
        settings.APP_URL_SCHEMES = ["myshop"]
        pages = {"success_url": "myshop://paid", "cancel_url": "myshop://cart"}
        assert ask(stripe_shop, shopper, **pages).status_code == 201
        payment = Payment.objects.get()
        assert (payment.return_url, payment.cancelled_url) == tuple(pages.values())

    @pytest.mark.parametrize("name", ["success_url", "cancel_url"])
    def test_strangers_pages_are_refused(self, stripe_shop: StripeShop, shopper: APIClient, name: str) -> None:
        before = all_rows()
        answer = ask(stripe_shop, shopper, **{name: "https://evil.example/"})
        assert told(answer) == (400, "return_url_refused")
        assert answer.json()["errors"][0]["pointer"] == f"/{name}"  # type: ignore[attr-defined]
        assert changed(before, all_rows()) == []
        assert stripe_shop.fake.sessions == {}

    @pytest.mark.parametrize("is_named", [True, False])
    def test_stripe_is_down(self, stripe_shop: StripeShop, shopper: APIClient, is_named: bool) -> None:
        self.fill_cart(stripe_shop)
        with stripe_shop.line.failing("refused"):
            answer = ask(stripe_shop, shopper) if is_named else shopper.post(SESSION, ADDRESS)
        assert told(answer) == (503, "gateway_unavailable")
        assert int(answer["Retry-After"]) > 0
        assert Order.objects.get().status == "cancelled"
        assert balance(stripe_shop.product) == (5, 0)
        # Only what was ordered comes back, and the cart is as before.
        assert shopper.get("/api/orders/cart/").json()["total"] == "12.50"
        assert ask(stripe_shop, shopper).status_code == 201

    def test_an_order_that_stripe_may_have_waits(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        with stripe_shop.line.failing("stall"):
            answer = ask(stripe_shop, shopper)
        assert told(answer) == (503, "gateway_uncertain")
        assert int(answer["Retry-After"]) > 0
        assert Order.objects.get().status == "pending"

    def test_the_cart_of_a_lost_start_is_paid_with_another_page(
        self, stripe_shop: StripeShop, shopper: APIClient
    ) -> None:
        self.fill_cart(stripe_shop)
        with stripe_shop.line.failing("503"):
            assert told(shopper.post(SESSION, ADDRESS)) == (503, "gateway_uncertain")
        again = shopper.post(SESSION, ADDRESS)
        assert (again.status_code, again.json()["order"]) == (201, Order.objects.get().pk)
        assert again.json()["url"]
        assert told(shopper.post(SESSION, ADDRESS)) == (400, "cart_empty")

    def test_the_shop_has_no_stripe(self, stripe_shop: StripeShop, shopper: APIClient, settings: Any) -> None:
        settings.STRIPE_SECRET_KEY = ""
        before = all_rows()
        assert told(ask(stripe_shop, shopper)) == (503, "gateway_not_offered")
        assert changed(before, all_rows()) == []

    def test_somebody_has_to_be_signed_in(self, stripe_shop: StripeShop) -> None:
        assert ask(stripe_shop, APIClient()).status_code == 401
        assert not Order.objects.exists()

    @staticmethod
    def fill_cart(shop: StripeShop) -> None:
        offer = offer_of_product(shop.product.pk, currency="USD")
        item_add(cart=cart_open(user=shop.buyer), offer=offer, quantity=1)


class TestAKey:
    """Sent again with the same ``Idempotency-Key``, the request goes on with the order it made."""

    def ask(self, shop: StripeShop, api: APIClient, **fields: Any) -> HttpResponse:
        api.credentials(**(api._credentials | {"HTTP_IDEMPOTENCY_KEY": "one"}))
        return ask(shop, api, **fields)

    def test_not_for_another_body(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        self.ask(stripe_shop, shopper)
        assert told(self.ask(stripe_shop, shopper, city="Elsewhere"))[0] == 422
        assert Order.objects.count() == 1

    def test_it_is_free_again_once_the_order_was_undone(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        with stripe_shop.line.failing("refused"):
            assert self.ask(stripe_shop, shopper).status_code == 503
        assert balance(stripe_shop.product) == (5, 0)
        assert self.ask(stripe_shop, shopper).status_code == 201
        assert balance(stripe_shop.product) == (5, 2)

    def test_it_is_kept_while_nobody_knows_what_stripe_did(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        with stripe_shop.line.failing("stall"):
            assert self.ask(stripe_shop, shopper).status_code == 503
        assert self.ask(stripe_shop, shopper).status_code == 201
        assert Order.objects.count() == 1
        assert sorted(Payment.objects.values_list("state", flat=True)) == ["cancelled", "waiting"]


class TestTheWebhook:
    @pytest.fixture
    def session(self, stripe_shop: StripeShop, shopper: APIClient) -> dict[str, Any]:
        name = ask(stripe_shop, shopper).json()["session_id"]  # type: ignore[attr-defined]
        settle_down()
        return stripe_shop.fake.pay(name)

    def test_it_makes_the_order_paid_once(self, stripe_shop: StripeShop, shopper: APIClient, session: dict) -> None:
        event = stripe_shop.fake.event("checkout.session.completed", session)
        for _ in range(2):
            assert post(*signed(event)).status_code == 200
            settle_down()
        (order,) = shopper.get("/api/orders/get/").json()["results"]
        assert (order["status"], order["payment_status"], order["is_paid"]) == ("confirmed", "paid", True)
        assert balance(stripe_shop.product) == (3, 0)

    @pytest.mark.parametrize("signature", ["", "t=1,v1=00", "another event's"])
    def test_what_stripe_did_not_sign_is_not_heard(
        self, stripe_shop: StripeShop, session: dict, signature: str
    ) -> None:
        body, _ = signed(stripe_shop.fake.event("checkout.session.completed", session))
        if signature == "another event's":
            _, signature = signed(stripe_shop.fake.event("checkout.session.expired", session))
        before = all_rows()
        assert post(body, signature).status_code == 400
        settle_down()
        assert changed(before, all_rows()) == []
        assert not GatewayEvent.objects.exists()

    def test_an_unpaid_session_pays_nothing(self, stripe_shop: StripeShop, shopper: APIClient) -> None:
        name = ask(stripe_shop, shopper).json()["session_id"]  # type: ignore[attr-defined]
        session = stripe_shop.fake.pay(name, status="processing")
        assert post(*signed(stripe_shop.fake.event("checkout.session.completed", session))).status_code == 200
        settle_down()
        assert Order.objects.get().payment_status == "unpaid"


def test_the_documents_whole_flow(stripe_shop: StripeShop) -> None:
    laptop = make_product("Laptop", price="1299.99", stock_left=5, category=category_create(name="Electronics"))
    api, name, password = APIClient(), "john_doe", "securepass123"
    registration = {"username": name, "email": "john@example.com", "password": password}
    assert api.post("/api/register/", registration).status_code == 201
    tokens = api.post("/api/token/", {"username": name, "password": password}).json()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")

    (found,) = api.get("/api/products/?category=Electronics&min_price=100").json()["results"]
    items = {"order_items": [{"product": found["id"], "quantity": 1}]}
    by_hand = api.post("/api/orders/create/", ADDRESS | items, format="json").json()
    session = api.post(SESSION, ADDRESS | items, format="json").json()

    paid = stripe_shop.fake.pay(session["session_id"])
    assert post(*signed(stripe_shop.fake.event("checkout.session.completed", paid))).status_code == 200
    settle_down()
    orders = api.get("/api/orders/get/").json()["results"]
    assert [(row["id"], row["is_paid"]) for row in orders] == [(session["order"], True), (by_hand["id"], False)]
    assert balance(laptop) == (4, 1)

    assert api.post(f"/api/products/{laptop.pk}/add-review/", {"rating": 5, "comment": "Fast"}).status_code == 201

    anybody = APIClient()
    mailed()
    assert anybody.post("/api/forgot-password/", {"email": "john@example.com"}).status_code == 200
    link = re.search(r"https?://\S+/reset-password/\S+/", mailed()[-1].body)
    assert link
    assert anybody.post(link[0], {"password": "another horse 8"}).status_code == 200
    assert anybody.post("/api/token/", {"username": name, "password": password}).status_code == 401
    assert anybody.post("/api/token/", {"username": name, "password": "another horse 8"}).status_code == 200
