"""What staff do about money in the admin: ask, refund, confirm refunds, work alerts and messages off."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import audit_entries
from accounts.models import User
from payments.gateways import registry
from payments.gateways.errors import GatewayDown
from payments.gateways.messages import DisputeMessage
from payments.models import Dispute, GatewayEvent, Payment, PaymentAlert, Refund
from payments.services import alert_raise, payment_confirm, payment_start, refund_request, settle
from payments.services.disputes import dispute_note
from payments.states import AlertKind
from tests.admin.examples import make_order
from tests.admin.shown_forms import act, press, told
from tests.factories import make_product, make_user
from tests.payments.steps import place
from tests.support.fake_gateway import FakeGateway, message_about, paid


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeGateway:
    fake = FakeGateway(tmp_path / "books.json")
    monkeypatch.setattr(registry, "_GATEWAYS", {fake.method: fake})
    return fake


@pytest.fixture
def started(db: None, fake: FakeGateway) -> Payment:
    return payment_start(payment_id=place(make_user(), make_product()).pk)


@pytest.fixture
def transferred(db: None) -> Payment:
    """10.00 USD that came by transfer."""
    return payment_confirm(payment_id=make_order(make_product()).payments.get().pk)


@pytest.fixture
def by_hand(transferred: Payment) -> Refund:
    return refund_request(payment_id=transferred.pk, amount=None, actor=make_user())


def panels_on(client: Client, payment: Payment) -> list[str]:
    context = client.get(reverse("admin:payments_payment_change", args=[payment.pk])).context
    return [entry["panel"].name for entry in context.get("panels", [])]


class TestAsking:
    def test_settles_what_the_gateway_says(self, root: Client, fake: FakeGateway, started: Payment) -> None:
        assert panels_on(root, started) == ["ask"]
        fake.pay(started)
        answer = press(root, "payments_payment", started.pk, "ask", "ask")
        assert told(answer) == ["The gateway was asked. The payment is: captured."]
        started.refresh_from_db()
        assert started.state == "captured"

    def test_tells_when_there_is_no_answer(self, root: Client, fake: FakeGateway, started: Payment) -> None:
        fake.failure = GatewayDown("No route")
        assert told(press(root, "payments_payment", started.pk, "ask", "ask")) == [
            "The gateway gave no answer: No route"
        ]

    def test_is_not_for_who_may_only_look(
        self, staff_with: Callable[..., Client], fake: FakeGateway, started: Payment
    ) -> None:
        client = staff_with("payments.view_payment")
        assert panels_on(client, started) == []
        assert press(client, "payments_payment", started.pk, "ask", "ask").status_code == 403
        assert fake.calls == ["start"]


class TestRefunding:
    def test_through_the_gateway(self, root: Client, superuser: User, started: Payment) -> None:
        settle(payment_id=started.pk, result=paid(started))
        asked = press(root, "payments_payment", started.pk, "refund", "refund", amount="5", reason="Broken")
        assert "<p>Refund 5.00 of 20.00 USD to card?</p>" in asked.content.decode()
        assert Refund.objects.count() == 0
        done = press(
            root, "payments_payment", started.pk, "refund", "refund", amount="5", reason="Broken", confirmed=True
        )
        assert told(done) == ["The gateway is asked to give 5.00 USD back."]
        refund = Refund.objects.get()
        assert (refund.amount, refund.reason, refund.requested_by) == (5, "Broken", superuser)

    def test_what_went_back_before_is_told(self, root: Client, transferred: Payment) -> None:
        refund_request(payment_id=transferred.pk, amount=Decimal(4), actor=make_user())
        asked = press(root, "payments_payment", transferred.pk, "refund", "refund", amount="4.90").content.decode()
        assert "Refund 4.90 of 10.00 USD to the buyer, by hand? 4.00 USD are given back already." in asked

    @pytest.mark.parametrize(
        ("amount", "refusal"),
        [
            ("", "Amount: This field is required."),
            ("0", "No more than was received can be refunded."),
            ("-1", "Amount: Ensure this value is greater than or equal to 0."),
            ("5.005", "This amount can't be refunded: refunds go in steps of 0.01 USD."),
            ("10.01", "No more than was received can be refunded."),
        ],
    )
    @pytest.mark.parametrize("confirmed", [{}, {"confirmed": True}])
    def test_what_can_not_go_back_is_refused_before_the_question(
        self, root: Client, transferred: Payment, amount: str, refusal: str, confirmed: dict[str, bool]
    ) -> None:
        answer = press(root, "payments_payment", transferred.pk, "refund", "refund", amount=amount, **confirmed)
        assert told(answer) == [refusal]
        assert "question" not in answer.context
        assert not Refund.objects.exists()

    def test_too_much_is_refused(self, root: Client, transferred: Payment) -> None:
        answer = press(
            root, "payments_payment", transferred.pk, "refund", "refund", amount="11", reason="", confirmed=True
        )
        assert told(answer) == ["No more than was received can be refunded."]
        assert Refund.objects.count() == 0

    def test_by_hand_is_confirmed(self, root: Client, superuser: User, by_hand: Refund) -> None:
        press(root, "payments_refund", by_hand.pk, "confirm", "confirm", reference="Panel 4711", confirmed=True)
        by_hand.refresh_from_db()
        assert (by_hand.state, by_hand.gateway_id) == ("succeeded", "Panel 4711")
        assert by_hand.payment.entries.get(kind="refund").actor == superuser

    def test_or_withdrawn(self, root: Client, by_hand: Refund) -> None:
        press(root, "payments_refund", by_hand.pk, "withdraw", "withdraw", reason="Settled in person")
        by_hand.refresh_from_db()
        assert (by_hand.state, by_hand.payment.refunded_amount) == ("failed", 0)

    def test_not_by_who_may_only_look(self, staff_with: Callable[..., Client], by_hand: Refund) -> None:
        client = staff_with("payments.view_refund")
        answer = press(client, "payments_refund", by_hand.pk, "confirm", "confirm", reference="", confirmed=True)
        assert answer.status_code == 403
        by_hand.refresh_from_db()
        assert by_hand.state == "pending"


class TestClosingADispute:
    @pytest.fixture
    def disputed(self, started: Payment) -> Payment:
        settle(payment_id=started.pk, result=paid(started))
        dispute_note(DisputeMessage(started, "dp-1", is_closed=False, detail="Look at it"))
        return started

    def test_asks_first_and_then_frees_the_money(self, root: Client, superuser: User, disputed: Payment) -> None:
        assert panels_on(root, disputed) == ["ask", "dispute", "refund"]
        reason = "Lost, says the bank's letter"
        asked = press(root, "payments_payment", disputed.pk, "dispute", "close", reason=reason)
        assert "Has the bank decided?" in asked.content.decode()
        assert Dispute.objects.get().closed_at is None
        done = press(root, "payments_payment", disputed.pk, "dispute", "close", reason=reason, confirmed=True)
        assert told(done) == ["Dispute closed; the payment can be refunded again."]
        dispute, alert = Dispute.objects.get(), PaymentAlert.objects.get()
        assert (dispute.closed_at is not None, dispute.closed_by, dispute.reason) == (True, superuser, reason)
        assert (alert.kind, alert.resolved_at is not None, alert.resolved_by) == ("dispute", True, superuser)
        assert refund_request(payment_id=disputed.pk, amount=Decimal(1), actor=superuser).state == "pending"
        assert panels_on(root, disputed) == ["ask", "refund"]

    def test_is_in_the_audit_log(self, root: Client, superuser: User, disputed: Payment) -> None:
        press(root, "payments_payment", disputed.pk, "dispute", "close", reason="Won", confirmed=True)
        entry = audit_entries().get(object_type="payments.dispute")
        assert (entry.actor, entry.object_id, entry.changes["reason"]) == (
            superuser,
            str(Dispute.objects.get().pk),
            ["", "Won"],
        )

    def test_needs_a_reason(self, root: Client, disputed: Payment) -> None:
        answer = press(root, "payments_payment", disputed.pk, "dispute", "close", reason="", confirmed=True)
        assert told(answer) == ["Reason: This field is required."]
        assert Dispute.objects.get().closed_at is None

    def test_is_not_for_who_may_only_look(self, staff_with: Callable[..., Client], disputed: Payment) -> None:
        client = staff_with("payments.view_payment")
        answer = press(client, "payments_payment", disputed.pk, "dispute", "close", reason="Won", confirmed=True)
        assert (answer.status_code, Dispute.objects.get().closed_at) == (403, None)


def test_a_message_is_processed_again(root: Client, started: Payment) -> None:
    event = GatewayEvent.objects.create(
        method="stripe",
        event_id="1",
        kind="payment",
        payload=message_about(started, "paid"),
        due_at=timezone.now(),
        state="dead",
        attempts=20,
    )
    assert told(act(root, "payments_gatewayevent", "process_again", [event.pk])) == ["Messages processed again: 1."]
    event.refresh_from_db()
    started.refresh_from_db()
    assert (event.state, started.state) == ("done", "captured")


def test_alerts_are_resolved_once(
    root: Client, superuser: User, staff_with: Callable[..., Client], transferred: Payment
) -> None:
    alert_raise(kind=AlertKind.RISK, key="1", payment=transferred)
    alert = PaymentAlert.objects.get()
    act(staff_with("payments.view_paymentalert"), "payments_paymentalert", "resolve", [alert.pk])
    assert PaymentAlert.objects.get().resolved_at is None
    for count in (1, 0):
        answer = act(root, "payments_paymentalert", "resolve", [alert.pk])
        assert told(answer) == ["Alerts resolved: 1."] * count
    assert PaymentAlert.objects.get().resolved_by == superuser


def test_no_list_shows_who_paid(root: Client, started: Payment) -> None:
    Payment.objects.update(payer="2547****678")
    text = root.get(reverse("admin:payments_payment_changelist")).content.decode()
    assert "2547" not in text
    assert "2547" in root.get(reverse("admin:payments_payment_change", args=[started.pk])).content.decode()
