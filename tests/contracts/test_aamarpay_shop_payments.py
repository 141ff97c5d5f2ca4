"""Document 000: paying with aamarPay, with an aamarPay of our own making."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from cart.models import Cart
from orders.models import Order
from payments.models import Payment
from tests.concurrency.test_payments import all_at_once
from tests.contracts.test_stripe_shop_orders import told
from tests.factories import balance
from tests.payments.steps import settle_down
from tests.support.aamarpay_shop_till import CART, FAIL, REQUEST, SUCCESS, AamarPayShopTill, come_back, fill_cart, sell
from tests.support.documents import curl_commands
from tests.support.query_counts import statements
from tests.support.rows import all_rows, changed
from tests.support.shop_with_aamarpay import FORM, disagreements, state_of
from tests.support.storefronts.aamarpay_shop import PAYMENT

pytestmark = pytest.mark.django_db

OURS = "http://127.0.0.1:8000"


@pytest.fixture
def till(aamarpay_till: AamarPayShopTill) -> AamarPayShopTill:
    return aamarpay_till


class TestTheRequest:
    def test_the_body_of_the_document_is_taken_as_it_stands(self, till: AamarPayShopTill) -> None:
        command = curl_commands("000")[-1]
        body = json.loads(command[command.index("{") : command.rindex("}") + 1])
        till.cart.delete()
        Cart.objects.create(pk=7, user=till.user, currency="BDT")
        fill_cart(till.user, till.product)
        answer = till.api.post(REQUEST, body, format="json")
        assert (answer.status_code, answer.json()["amount"]) == (200, "250.00")
        payment = Payment.objects.get()
        addresses = [payment.return_url, payment.failed_url, payment.cancelled_url]
        assert addresses == [body[name] for name in ("success_url", "fail_url", "cancel_url")]

    def test_answers_the_page_and_what_it_is_for(self, till: AamarPayShopTill) -> None:
        answer = till.ask()
        payment = Payment.objects.get()
        assert (answer.status_code, answer.json()) == (
            200,
            {
                "payment_url": payment.pay_url,
                "payment": payment.pk,
                "order": payment.order_id,
                "payment_number": payment.number,
                "order_number": payment.order.number,
                "status": "waiting",
                "amount": "250.00",
                "currency": "BDT",
            },
        )
        assert payment.pay_url.startswith(till.shop.fake.address)
        assert (payment.order.cart_id, balance(till.product)) == (till.cart.pk, (10, 2))

    @pytest.mark.parametrize("format", ["multipart", "form"])
    def test_as_a_form(self, till: AamarPayShopTill, format: str) -> None:
        body = till.body()
        body["identification.cart_id"] = body.pop("identification")["cart_id"]
        if format == "multipart":
            answer = till.api.post(REQUEST, body, format="multipart")
        else:
            answer = till.api.post(REQUEST, urlencode(body), content_type=FORM)
        assert answer.status_code == 200

    def test_the_gateway_hears_the_clients_name_and_our_own_price_and_addresses(self, till: AamarPayShopTill) -> None:
        payment = till.started(amount="1.00", total="1.00", tran_id="mine", store_id="mine", signature_key="mine")
        sent = till.shop.fake.transactions[payment.number].sent
        told_of_buyer = {name: value for name, value in sent.items() if name.startswith("cus_")}
        expected = {name: value for name, value in PAYMENT.items() if name.startswith("cus_")}
        assert told_of_buyer == expected | {
            "cus_phone": "+8801715059172",
            "cus_add1": "dhaka, dhaka",
            "cus_add2": "-",
        }
        assert (sent["amount"], sent["currency"], sent["tran_id"]) == ("250.00", "BDT", payment.number)
        back = f"{OURS}/api/v1/payments/return/{payment.number}/"
        assert [sent[f"{name}_url"].split("?")[0] for name in ("success", "fail", "cancel")] == [back] * 3

    def test_the_orders_mail_goes_to_the_account(self, till: AamarPayShopTill) -> None:
        order = till.started(cus_email="victim@example.com").order
        assert (order.email, order.phone) == (till.user.email, "+8801715059172")
        assert order.shipment.one_line() == "dhaka, dhaka, dhaka, dhaka 1216, bangladesh"

    def test_once_it_is_paid_nothing_is_ordered_anew(self, till: AamarPayShopTill) -> None:
        payment = till.started()
        till.shop.fake.pay(payment.number)
        come_back(till.shop, SUCCESS, till.shop.fake.hint(payment.number))
        settle_down()
        till.refused(409, "payment_closed")

    def test_after_a_failed_payment_the_order_gets_another_one(self, till: AamarPayShopTill) -> None:
        payment = till.started()
        till.shop.fake.pay(payment.number, code="7")
        come_back(till.shop, FAIL, till.shop.fake.hint(payment.number))
        settle_down()
        again = till.started()
        assert (again.order_id, again.state, Order.objects.count()) == (payment.order_id, "waiting", 1)
        assert again.pk != payment.pk

    @pytest.mark.django_db(transaction=True)
    def test_four_requests_at_once_place_one_order(self, till: AamarPayShopTill) -> None:
        answers = all_at_once(*[till.ask] * 4)
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert (Order.objects.count(), Payment.objects.count(), len(till.shop.fake.transactions)) == (1, 1, 1)
        assert till.ask().json()["payment_url"] == Payment.objects.get().pay_url
        assert balance(till.product) == (10, 2)

    def test_somebody_elses_cart_is_not_there(self, till: AamarPayShopTill, other_customer: User) -> None:
        theirs = fill_cart(other_customer, till.product)
        for cart in (theirs.pk, 999_999):
            till.refused(404, "cart_not_found", identification={"cart_id": cart})

    def test_the_same_cart_in_another_currency_is_refused(self, till: AamarPayShopTill) -> None:
        till.started()
        till.refused(400, "currency_differs", currency="USD")

    @pytest.mark.parametrize("currency", ["USD", "EUR", "bd"])
    def test_the_currency_is_the_carts(self, till: AamarPayShopTill, currency: str) -> None:
        till.refused(400, "currency_differs", currency=currency)

    def test_the_currency_in_small_letters(self, till: AamarPayShopTill) -> None:
        answer = till.api.post(REQUEST, till.body() | {"currency": "bdt"}, format="json")
        assert (answer.status_code, answer.json()["currency"]) == (200, "BDT")

    def test_an_empty_cart(self, till: AamarPayShopTill) -> None:
        till.cart.items.all().delete()
        till.refused(400, "cart_empty")

    @pytest.mark.parametrize("name", ["cus_name", "cus_email", "cus_phone", "currency", "cus_add1", "identification"])
    def test_what_is_missing_is_named(self, till: AamarPayShopTill, name: str) -> None:
        before = all_rows()
        body = till.body()
        del body[name]
        answer = till.api.post(REQUEST, body, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{name}")
        assert changed(before, all_rows()) == []

    def test_somebody_has_to_be_signed_in(self, till: AamarPayShopTill) -> None:
        till.api = APIClient()
        till.refused(401, "not_authenticated")

    def test_one_item_costs_as_many_statements_as_eight(self, till: AamarPayShopTill) -> None:
        one = len(statements(till.ask))
        fill_cart(till.user, *(sell(f"Lamp {number}") for number in range(7)))
        assert one == len(statements(partial(till.ask)))


class TestTheGatewayFails:
    @pytest.mark.parametrize("failure", ["down", "refuses", "credentials"])
    def test_an_order_that_it_does_not_take_is_undone(
        self, till: AamarPayShopTill, failure: str, settings: Any
    ) -> None:
        before, stock = till.api.get(CART).json(), balance(till.product)
        if failure == "down":
            with till.shop.line.failing("refused"):
                answer = till.ask()
        else:
            refusal = {"refuses": '{"result": "false", "cus_phone": "no"}', "credentials": "Invalid Signature Key"}
            till.shop.fake.answer = refusal[failure]
            answer = till.ask()
            till.shop.fake.answer = None
        if failure == "refuses":
            assert told(answer) == (409, "payment_refused")
        else:
            assert told(answer) == (503, "gateway_unavailable")
            assert int(answer["Retry-After"]) > 0
        settle_down()
        order = Order.objects.get()
        assert (order.status, order.payment_status, balance(till.product)) == ("cancelled", "unpaid", stock)
        assert till.api.get(CART).json() == before
        payment = till.started()
        assert (payment.order.cart_id, payment.state, balance(till.product)) == (till.cart.pk, "waiting", (10, 2))

    @pytest.mark.parametrize("is_paid", [True, False])
    @pytest.mark.parametrize("fault", ["lost reply", "stall"])
    def test_without_an_answer_the_reconciler_decides(self, till: AamarPayShopTill, fault: str, is_paid: bool) -> None:
        with till.shop.line.failing(fault):
            answer = till.ask()
        assert told(answer) == (503, "gateway_uncertain")
        assert int(answer["Retry-After"]) > 0
        payment = Payment.objects.get()
        assert state_of(payment) == ("unknown", "pending", "unpaid")
        assert balance(till.product) == (10, 2)
        till.shop.fake.pay(payment.number, code="2" if is_paid else "7")
        till.shop.later()
        assert state_of(payment)[:1] == (("captured",) if is_paid else ("failed",))
        assert Order.objects.get().is_paid is is_paid
        assert disagreements(till.shop.fake) == []

    def test_a_shop_without_aamarpay(self, till: AamarPayShopTill, settings: Any) -> None:
        settings.AAMARPAY_STORE_ID = ""
        till.refused(503, "gateway_not_offered")
