"""A payment with Stripe's own widgets, in an app: the shop makes the intent, and Stripe says what became of it."""

import logging
from typing import Any

import pytest
from rest_framework.test import APIClient

from inventory.selectors import discrepancies
from payments.models import Payment, PaymentEntry
from payments.services import payment_open, reconcile
from payments.states import PaymentMethod
from tests.factories import balance, make_product
from tests.payments.steps import alerts, expire, make_due, money, place, settle_down
from tests.support.fake_stripe import KEY
from tests.support.shop_with_stripe import StripeShop, order_of

pytestmark = pytest.mark.django_db

SUCCEEDED, CANCELED = "payment_intent.succeeded", "payment_intent.canceled"
PAID, OPEN = ("captured", "confirmed", "paid"), ("waiting", "pending", "unpaid")


def state(payment: Payment) -> tuple[str, str, str]:
    order = order_of(payment)
    return Payment.objects.get(pk=payment.pk).state, order.status, order.payment_status


@pytest.fixture
def payment(shop: StripeShop) -> Payment:
    return shop.started(in_app=True)


class TestStarting:
    def test_answers_what_the_widgets_need(self, shop: StripeShop, settings: Any) -> None:
        settings.STRIPE_PUBLISHABLE_KEY = "pk_test_1"
        payment = shop.order()
        told = shop.start(payment, in_app=True).json()
        ((key, sent),) = shop.fake.posts("/payment_intents")
        payment.refresh_from_db()
        intent = shop.fake.intents[payment.gateway_id]
        assert (told["client_secret"], told["publishable_key"]) == (intent["client_secret"], "pk_test_1")
        assert (told["pay_url"], told["state"], payment.in_app) == ("", "waiting", True)
        assert (sent["amount"], sent["currency"], sent["metadata[payment]"]) == ("2500", "usd", payment.number)
        assert payment.number in key
        assert "payment_method_types" not in "".join(sent)

    def test_again_answers_the_same_intent(self, shop: StripeShop) -> None:
        payment = shop.order()
        first, second = (shop.start(payment, in_app=True).json() for _ in range(2))
        assert first["client_secret"] == second["client_secret"] != ""
        assert (len(shop.fake.intents), first["state"], second["state"]) == (1, "waiting", "waiting")

    def test_after_a_lost_answer_answers_a_new_intent(self, shop: StripeShop) -> None:
        """The shop opens a new intent, because no app got the secret of the first one."""
        payment = shop.order()
        with shop.line.failing("lost reply"):
            assert shop.start(payment, in_app=True).status_code == 503
        again = shop.start(payment, in_app=True).json()
        assert (bool(again["client_secret"]), again["id"] == payment.number) == (True, False)

    def test_an_intent_that_could_not_be_read_is_not_replaced(self, shop: StripeShop) -> None:
        payment = shop.order()
        assert shop.start(payment, in_app=True).status_code == 200
        with shop.line.failing("503"):
            assert shop.start(payment, in_app=True).status_code == 503
        assert shop.start(payment, in_app=True).json()["id"] == payment.number
        assert len(shop.fake.intents) == 1

    def test_the_secret_is_nowhere_else(self, shop: StripeShop, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        payment = shop.order()
        secret = shop.start(payment, in_app=True).json()["client_secret"]
        kept = Payment.objects.filter(pk=payment.pk).values().get()
        api = APIClient()
        api.force_authenticate(shop.buyer)
        shown = [
            api.get(path).content.decode() for path in ("/api/v1/payments/", f"/api/v1/payments/{payment.number}/")
        ]
        assert secret not in str(kept) + "".join(shown) + caplog.text
        assert KEY not in caplog.text

    @pytest.mark.parametrize("is_first_in_app", [True, False])
    def test_an_attempt_is_not_paid_in_the_app_and_on_a_page(self, shop: StripeShop, is_first_in_app: bool) -> None:
        """Two ways to pay one attempt would be paid twice."""
        payment = shop.started(in_app=is_first_in_app)
        answer = shop.start(payment, in_app=not is_first_in_app)
        assert (answer.status_code, answer.json()["code"]) == (409, "payment_started_otherwise")
        assert (state(payment), len(shop.fake.intents) + len(shop.fake.sessions)) == (OPEN, 1)

    def test_only_where_the_gateway_has_widgets(self, shop: StripeShop, settings: Any) -> None:
        settings.AAMARPAY_STORE_ID = settings.AAMARPAY_SIGNATURE_KEY = "x"
        payment = shop.order()
        Payment.objects.update(method="aamarpay", currency="BDT")
        answer = shop.start(payment, in_app=True)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/in_app")
        payment.refresh_from_db()
        assert (payment.state, payment.in_app, payment.started_at) == ("pending", False, None)


class TestPaying:
    def test_what_stripe_says_pays_once(self, shop: StripeShop, payment: Payment) -> None:
        intent = shop.fake.pay_in_app(payment.gateway_id)
        for _ in range(2):
            shop.tell(SUCCEEDED, intent)
        entry = PaymentEntry.objects.get()
        assert (state(payment), entry.receipt, entry.amount) == (PAID, intent["id"], 25)
        assert (balance(shop.product), alerts(), discrepancies()) == ((3, 0), [], [])

    def test_without_a_message_the_reconciler_finds_it(self, shop: StripeShop, payment: Payment) -> None:
        shop.fake.pay_in_app(payment.gateway_id)
        make_due()
        reconcile()
        settle_down()
        assert state(payment) == PAID

    def test_a_message_that_stripe_contradicts_does_not_pay(self, shop: StripeShop, payment: Payment) -> None:
        """The message is only the occasion to ask."""
        claimed = {"status": "succeeded", "amount_received": 2500}
        shop.tell(SUCCEEDED, shop.fake.intents[payment.gateway_id] | claimed)
        assert (state(payment), PaymentEntry.objects.count()) == (OPEN, 0)

    def test_a_declined_card_leaves_it_open(self, shop: StripeShop, payment: Payment) -> None:
        shop.tell("payment_intent.payment_failed", shop.fake.intents[payment.gateway_id])
        assert state(payment) == OPEN
        shop.tell(SUCCEEDED, shop.fake.pay_in_app(payment.gateway_id))
        assert state(payment) == PAID

    @pytest.mark.parametrize("difference", [{"amount_received": 2400}, {"currency": "eur"}], ids=str)
    def test_another_amount_does_not_pay(self, shop: StripeShop, payment: Payment, difference: dict[str, Any]) -> None:
        shop.tell(SUCCEEDED, shop.fake.pay_in_app(payment.gateway_id, **difference))
        reconcile(everything=True)
        assert (state(payment), alerts(), PaymentEntry.objects.count()) == (OPEN, ["amount_mismatch"], 0)

    def test_it_can_be_refunded(self, shop: StripeShop, payment: Payment) -> None:
        shop.tell(SUCCEEDED, shop.fake.pay_in_app(payment.gateway_id))
        refund = shop.refunded(payment, "5.00")
        assert (refund.state, money(order_of(payment))) == ("succeeded", (25, 5))
        assert shop.fake.refunds[refund.gateway_id]["payment_intent"] == payment.gateway_id


class TestGivenUp:
    def test_with_its_order_it_is_cancelled_at_stripe(self, shop: StripeShop, payment: Payment) -> None:
        expire(payment.order_id)
        make_due()
        reconcile()
        assert shop.fake.intents[payment.gateway_id]["status"] == "canceled"
        payment.refresh_from_db()
        assert (payment.state, payment.next_check_at, balance(shop.product)) == ("cancelled", None, (5, 0))

    def test_for_another_way_to_pay_it_is_cancelled_too(self, shop: StripeShop, payment: Payment) -> None:
        payment_open(user=shop.buyer, order_id=payment.order_id, method=PaymentMethod.MANUAL)
        reconcile()
        assert shop.fake.intents[payment.gateway_id]["status"] == "canceled"

    def test_what_was_cancelled_at_stripe_has_failed(self, shop: StripeShop, payment: Payment) -> None:
        shop.fake.intents[payment.gateway_id]["status"] = "canceled"
        shop.tell(CANCELED, shop.fake.intents[payment.gateway_id])
        assert (state(payment), alerts()) == (("failed", "pending", "unpaid"), [])

    @pytest.mark.parametrize("is_told", [True, False])
    @pytest.mark.parametrize("stock_is_there", [True, False])
    def test_paid_while_it_is_being_cancelled_the_money_counts(
        self, shop: StripeShop, payment: Payment, is_told: bool, stock_is_there: bool
    ) -> None:
        intent = shop.fake.pay_in_app(payment.gateway_id)
        expire(payment.order_id)
        if not stock_is_there:
            place(shop.staff, shop.product, method="manual", quantity=5)
        make_due()
        if is_told:
            shop.tell(SUCCEEDED, intent)
        else:
            reconcile()
        settle_down()
        status, back = ("confirmed", 0) if stock_is_there else ("cancelled", 25)
        assert (state(payment)[:2], money(order_of(payment))) == (("captured", status), (25, back))
        assert discrepancies() == []


def test_a_bank_that_takes_days_has_its_intent_cancelled_once_it_did_not_pay(shop: StripeShop) -> None:
    """Stripe keeps its refusal to cancel under the key that it came with."""
    payment = shop.started(in_app=True)
    intent = shop.fake.pay_in_app(payment.gateway_id, status="processing")
    payment_open(user=shop.buyer, order_id=payment.order_id, method=PaymentMethod.MANUAL)
    reconcile(everything=True)
    intent["status"] = "requires_payment_method"
    reconcile(everything=True)
    assert intent["status"] == "canceled"


def test_two_orders_have_two_intents(shop: StripeShop, payment: Payment) -> None:
    other = place(shop.buyer, make_product())
    shop.start(other, in_app=True)
    shop.tell(SUCCEEDED, shop.fake.pay_in_app(payment.gateway_id))
    assert (state(payment), state(other)) == (PAID, OPEN)
