"""Disputes: what a buyer's bank takes back, and sometimes returns."""

from decimal import Decimal
from itertools import permutations

import pytest

from orders.models import Order
from payments.gateways.stripe.messages import KINDS
from payments.models import GatewayEvent, Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import alert_resolve, dispute_close, event_replay, events_process_due, reconcile
from tests.factories import balance
from tests.payments.steps import alerts, make_due, money, process_postponed, settle_down
from tests.support.fake_stripe import Thing, signed
from tests.support.orderings import orderings
from tests.support.shop_with_stripe import StripeShop, order_of, post
from tests.support.tries import taken_back

pytestmark = pytest.mark.django_db

CREATED, CLOSED = "charge.dispute.created", "charge.dispute.closed"
WITHDRAWN, REINSTATED = "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"


def disputed(
    shop: StripeShop, *, amount: int = 2500, status: str = "needs_response", moved: tuple[int, ...] = (-2500,)
):
    payment, session = shop.paid()
    return payment, shop.fake.dispute(session["payment_intent"], amount, status=status, moved=moved)


def open_alerts() -> list[str]:
    return sorted(PaymentAlert.objects.filter(resolved_at=None).values_list("kind", flat=True))


def entries() -> list[str]:
    return sorted(PaymentEntry.objects.values_list("kind", flat=True))


def test_the_endpoint_is_subscribed_to_all_of_them() -> None:
    assert {CREATED, CLOSED, WITHDRAWN, REINSTATED} <= set(KINDS)


def test_what_the_bank_takes_is_gone_once(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    for _ in range(2):
        shop.tell(WITHDRAWN, dispute)
    entry = PaymentEntry.objects.get(kind="chargeback")
    assert (entry.receipt, entry.amount, entry.currency) == (dispute["id"], 25, "USD")
    assert entry.reverses == PaymentEntry.objects.get(kind="capture")
    assert (money(order_of(payment)), order_of(payment).payment_status) == ((25, 25), "refunded")
    assert (order_of(payment).status, alerts()) == ("confirmed", ["dispute"])


def test_what_a_partial_dispute_leaves_can_be_refunded_after_it(shop: StripeShop) -> None:
    payment, dispute = disputed(shop, amount=1000, moved=(-1000,))
    shop.tell(CREATED, dispute)
    assert (money(order_of(payment)), order_of(payment).payment_status) == ((25, 10), "partially_refunded")
    assert shop.give_back(payment, "5.00").json()["code"] == "refund_blocked"
    shop.tell(CLOSED, dispute | {"status": "lost"})
    assert shop.give_back(payment, "5.00").json()["code"] == "refund_blocked", "Stripe, asked, says that it is open"
    dispute["status"] = "lost"
    shop.tell(CLOSED, dispute)
    answer = shop.give_back(payment, "15.01")
    assert (answer.json()["code"], answer.json()["available"]) == ("refund_too_large", "15.00")
    assert shop.refunded(payment, "15.00").state == "succeeded"
    assert money(order_of(payment)) == (25, 25)


def test_money_of_a_dispute_that_was_won_is_back(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    shop.tell(WITHDRAWN, dispute)
    dispute.update(status="won", balance_transactions=[{"amount": -2500}, {"amount": 2500}])
    for kind in (REINSTATED, CLOSED, WITHDRAWN):
        shop.tell(kind, dispute)
    assert (entries(), money(order_of(payment))) == (["capture", "chargeback", "chargeback_won"], (25, 0))
    assert order_of(payment).payment_status == "paid"
    assert "Stripe closed it: won." in PaymentAlert.objects.get(kind="dispute_closed").detail
    assert shop.refunded(payment, "25.00").state == "succeeded"


def test_a_lost_dispute_takes_the_money_though_no_withdrawal_was_told(shop: StripeShop) -> None:
    payment, dispute = disputed(shop, status="lost", moved=())
    shop.tell(CLOSED, dispute)
    assert (entries(), money(order_of(payment))) == (["capture", "chargeback"], (25, 25))


@pytest.mark.parametrize(
    ("status", "moved", "gone"),
    [
        ("lost", (-2500, 2500, -2500), 25),
        ("lost", (-2500, 2500), 25),
        ("won", (-2500, 1000), 15),
        ("won", (-2500,), 25),
        ("won", (-2500, 1000, 1500), 0),
        ("needs_response", (), 0),
    ],
)
@pytest.mark.parametrize("kind", [WITHDRAWN, REINSTATED, CLOSED])
def test_the_disputes_movements_decide_and_not_the_kind_of_message(
    shop: StripeShop, kind: str, status: str, moved: tuple[int, ...], gone: int
) -> None:
    payment, dispute = disputed(shop, status=status, moved=moved)
    for _ in range(2):
        shop.tell(kind, dispute)
    assert money(order_of(payment)) == (25, gone)


def test_each_change_is_entered_when_it_is_heard_of(shop: StripeShop) -> None:
    """Taken, returned in two parts, and taken again."""
    payment, dispute = disputed(shop)
    gone = []
    for moved in ((-2500,), (-2500, 1000), (-2500, 1000, 1500), (-2500, 1000, 1500, -2500)):
        dispute["balance_transactions"] = [{"amount": each} for each in moved]
        shop.tell(REINSTATED, dispute)
        gone.append(money(order_of(payment))[1])
    name = dispute["id"]
    found = PaymentEntry.objects.filter(reverses__isnull=False).order_by("pk").values_list("kind", "receipt", "amount")
    assert gone == [25, 15, 0, 25]
    assert list(found) == [
        ("chargeback", name, 25),
        ("chargeback_won", name, 10),
        ("chargeback_won", f"{name}:2", 15),
        ("chargeback", f"{name}:2", 25),
    ]


@pytest.mark.parametrize(("moved", "gone"), [((-2300, 2300), 0), ((-2300, 900), 25), ((-2300,), 25)])
def test_in_another_account_currency_only_a_whole_return_counts(
    shop: StripeShop, moved: tuple[int, ...], gone: int
) -> None:
    payment, dispute = disputed(shop)
    dispute["balance_transactions"] = [{"amount": each, "currency": "eur"} for each in moved]
    shop.tell(REINSTATED, dispute)
    assert money(order_of(payment)) == (25, gone)


def test_news_of_one_that_staff_had_resolved_is_put_before_them_again(shop: StripeShop) -> None:
    payment, dispute = disputed(shop, amount=1000, status="warning_needs_response", moved=())
    shop.tell(CREATED, dispute)
    alert = PaymentAlert.objects.get()
    alert_resolve(alert_id=alert.pk, actor=shop.staff)
    shop.tell(CREATED, dispute)
    alert.refresh_from_db()
    assert alert.resolved_by == shop.staff, "nothing new"
    dispute["reason"] = "product_not_received"
    shop.tell(CREATED, dispute)
    alert.refresh_from_db()
    assert (alert.resolved_at, alert.resolved_by) == (None, None)
    assert shop.give_back(payment, "1.00").json()["code"] == "refund_blocked"


def test_the_end_of_one_that_staff_had_resolved_is_told_and_blocks_nothing(shop: StripeShop) -> None:
    payment, dispute = disputed(shop, amount=1000, moved=())
    shop.tell(CREATED, dispute)
    alert_resolve(alert_id=PaymentAlert.objects.get().pk, actor=shop.staff)
    dispute.update(status="lost", balance_transactions=[{"amount": -1000}])
    shop.tell(CLOSED, dispute)
    assert PaymentAlert.objects.get(resolved_at=None).kind == "dispute_closed"
    assert shop.give_back(payment, "15.00").status_code == 201


def mismatched(shop: StripeShop) -> tuple[Payment, Thing]:
    """25.00 came where another sum was asked for: not counted."""
    payment = shop.started()
    session = shop.fake.pay(payment.gateway_id)
    Payment.objects.filter(pk=payment.pk).update(amount=24)
    shop.tell("checkout.session.completed", session)
    assert alerts() == ["amount_mismatch"]
    return payment, session


@pytest.mark.parametrize("amount", [2500, 100])
def test_money_that_was_not_counted_is_not_counted_when_it_goes_back(shop: StripeShop, amount: int) -> None:
    payment, session = mismatched(shop)
    PaymentAlert.objects.all().delete()
    shop.tell("refund.created", shop.fake.give_back(session["payment_intent"], amount))
    shop.tell(WITHDRAWN, shop.fake.dispute(session["payment_intent"], 2500, moved=(-2500,)))
    assert set(GatewayEvent.objects.values_list("state", flat=True)) == {"done"}
    assert (entries(), Refund.objects.count(), payment.entries.count()) == ([], 0, 0)


def test_an_inquiry_ahead_of_its_payment_waits_for_nothing(shop: StripeShop) -> None:
    payment = shop.started()
    session = shop.fake.pay(payment.gateway_id)
    session.update(payment_status="unpaid", status="open")
    dispute = shop.fake.dispute(session["payment_intent"], 2500, status="warning_needs_response", moved=())
    shop.tell(CREATED, dispute)
    assert (GatewayEvent.objects.get().state, entries(), alerts()) == ("done", [], ["dispute"])


def test_an_inquiry_moves_nothing(shop: StripeShop) -> None:
    payment, dispute = disputed(shop, status="warning_needs_response", moved=())
    shop.tell(CREATED, dispute)
    dispute["status"] = "warning_closed"
    shop.tell(CLOSED, dispute)
    assert (money(order_of(payment)), alerts()) == ((25, 0), ["dispute", "dispute_closed"])
    assert "closed it: warning_closed" in PaymentAlert.objects.get(kind="dispute_closed").detail


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        ("needs_response", True),
        ("under_review", True),
        ("warning_needs_response", True),
        ("warning_under_review", True),
        ("warning_closed", False),
        ("won", False),
        ("lost", False),
        ("prevented", False),
        ("a status of next year", False),
    ],
)
def test_only_a_dispute_that_the_bank_has_to_decide_blocks_refunds(
    shop: StripeShop, status: str, is_open: bool
) -> None:
    payment, dispute = disputed(shop, amount=1000, status=status, moved=())
    shop.tell(CREATED, dispute)
    assert open_alerts() == ["dispute" if is_open else "dispute_closed"]
    assert shop.give_back(payment, "5.00").status_code == (409 if is_open else 201)


def test_the_end_of_a_dispute_resolves_its_alert_and_a_late_message_raises_none(shop: StripeShop) -> None:
    _, dispute = disputed(shop, amount=1000, moved=())
    shop.tell(CREATED, dispute)
    shop.tell(CLOSED, dispute | {"status": "won"})
    dispute["status"] = "won"
    shop.tell(REINSTATED, dispute)
    assert (open_alerts(), alerts()) == (["dispute_closed"], ["dispute", "dispute_closed"])
    del shop.fake.disputes[dispute["id"]]
    shop.tell(WITHDRAWN, dispute | {"status": "needs_response", "reason": "late"})
    assert open_alerts() == ["dispute_closed"]


def test_one_that_stripe_does_not_know_any_more_is_believed_as_told(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    del shop.fake.disputes[dispute["id"]]
    shop.tell(WITHDRAWN, dispute)
    assert money(order_of(payment)) == (25, 25)


def test_a_dispute_in_another_currency_raises_an_alert_and_moves_nothing(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    dispute["currency"] = "eur"
    shop.tell(WITHDRAWN, dispute)
    assert (money(order_of(payment)), alerts()) == ((25, 0), ["dispute"])


def test_a_lost_dispute_in_another_currency_stays_open_until_staff_close_it(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    dispute.update(currency="eur", status="lost")
    shop.tell(CLOSED, dispute)
    assert (shop.give_back(payment, "5.00").json()["code"], open_alerts()) == ("refund_blocked", ["dispute"])
    assert "close it on the payment's page" in PaymentAlert.objects.get().detail
    dispute_close(payment_id=payment.pk, actor=shop.staff, reason="Lost, 7 USD are left")
    shop.tell(CREATED, dispute)
    assert (shop.give_back(payment, "5.00").status_code, open_alerts()) == (201, [])


def test_a_dispute_in_another_currency_that_is_won_is_closed(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    dispute.update(currency="eur", status="won")
    shop.tell(CLOSED, dispute)
    assert (shop.give_back(payment, "5.00").status_code, open_alerts()) == (201, ["dispute_closed"])


@pytest.mark.parametrize("kinds", [("refund.created", WITHDRAWN), (WITHDRAWN, "refund.created")])
def test_refunded_and_disputed_is_more_than_came(shop: StripeShop, kinds: tuple[str, ...]) -> None:
    """The bank takes what was given back before: nothing is counted twice, and staff are told, in either order."""
    payment, dispute = disputed(shop)
    refund = shop.fake.give_back(dispute["payment_intent"], 2500)
    for kind in kinds:
        shop.tell(kind, refund if kind == "refund.created" else dispute)
    process_postponed()
    assert (entries(), alerts()) == (["capture", "chargeback", "refund"], ["dispute", "overdrawn"])
    assert money(order_of(payment)) == (25, 25)
    assert Payment.objects.get().refunded_amount == 25


def test_a_refund_that_fails_leaves_what_the_bank_took(shop: StripeShop) -> None:
    """It was on its way when the bank came; its amount does not become free."""
    payment, dispute = disputed(shop)
    shop.fake.refund_status = "pending"
    refund = shop.refunded(payment, "25.00")
    shop.tell(WITHDRAWN, dispute)
    made = shop.fake.refunds[refund.gateway_id]
    made["status"] = "failed"
    shop.tell("refund.failed", made)
    payment.refresh_from_db()
    assert (money(order_of(payment)), payment.refunded_amount) == ((25, 25), 25)


def test_what_waits_to_go_back_waits_until_the_bank_has_decided(shop: StripeShop) -> None:
    payment, dispute = disputed(shop, amount=500, moved=())
    waiting = Refund.objects.get(number=shop.give_back(payment, "5.00").json()["id"])
    post(*signed(shop.fake.event(CREATED, dispute)))
    events_process_due()
    assert shop.give_back(payment, "5.00").status_code == 409
    settle_down()
    make_due()
    reconcile()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.checks, shop.fake.posts("/refunds")) == ("pending", 0, [])
    dispute["status"] = "won"
    shop.tell(CLOSED, dispute)
    make_due()
    reconcile()
    waiting.refresh_from_db()
    assert (waiting.state, len(shop.fake.posts("/refunds"))) == ("succeeded", 1)


def happened(shop: StripeShop, end: str) -> tuple[Payment, list[tuple[str, Thing]]]:
    """Paid, and disputed to the ``end``: with what Stripe told of it at each time."""
    payment = shop.started()
    session = dict(shop.fake.pay(payment.gateway_id))
    dispute = shop.fake.dispute(session["payment_intent"], 2500, moved=(-2500,))
    before = dict(dispute)
    dispute["status"] = end
    told = [("checkout.session.completed", session), (CREATED, before), (WITHDRAWN, before), (CLOSED, dict(dispute))]
    if end == "won":
        dispute["balance_transactions"] = [{"amount": -2500}, {"amount": 2500}]
        told.append((REINSTATED, dict(dispute)))
    return payment, told


@pytest.mark.parametrize("knows_it", [True, False], ids=["asked", "as told"])
@pytest.mark.parametrize(("end", "gone"), [("lost", 25), ("won", 0)])
def test_the_order_of_its_messages_does_not_change_the_end(
    shop: StripeShop, end: str, gone: int, knows_it: bool
) -> None:
    """Also where Stripe does not answer what became of it, and only its messages tell."""
    payment, messages = happened(shop, end)
    if not knows_it:
        shop.fake.disputes.clear()
    kinds = ["capture", "chargeback", *(["chargeback_won"] if end == "won" else [])]
    for order in orderings(messages):
        with taken_back():
            for kind, thing in order:
                shop.tell(kind, thing)
            process_postponed()
            assert (entries(), money(order_of(payment))) == (kinds, (25, gone)), order
            assert (order_of(payment).status, balance(shop.product)) == ("confirmed", (3, 0))
            assert open_alerts() == ["dispute_closed"]


@pytest.mark.parametrize("order", list(permutations(["checkout.session.completed", "refund.created", CREATED])))
def test_money_that_is_gone_when_it_is_heard_of_confirms_all_the_same(shop: StripeShop, order: tuple[str, ...]) -> None:
    """It was paid; whether the goods go out is for staff to say, whichever message was first."""
    payment = shop.started()
    session = dict(shop.fake.pay(payment.gateway_id))
    things = {
        "checkout.session.completed": session,
        "refund.created": shop.fake.give_back(session["payment_intent"], 2500),
        CREATED: shop.fake.dispute(session["payment_intent"], 2500, status="warning_needs_response", moved=()),
    }
    for kind in order:
        shop.tell(kind, things[kind])
    process_postponed()
    found = Order.objects.get(pk=payment.order_id)
    assert (found.status, found.payment_status, money(found)) == ("confirmed", "refunded", (Decimal(25), Decimal(25)))
    assert balance(shop.product) == (3, 0)


def test_a_replay_changes_nothing(shop: StripeShop) -> None:
    payment, dispute = disputed(shop)
    shop.tell(WITHDRAWN, dispute)
    for event in GatewayEvent.objects.all():
        event_replay(event_id=event.pk)
    assert (entries(), money(order_of(payment))) == (["capture", "chargeback"], (25, 25))
