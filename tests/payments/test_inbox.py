"""The gateways' messages: verified, stored, answered, processed until it is done."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from payments.gateways.errors import BadMessage, GatewayDown
from payments.gateways.messages import Incoming
from payments.gateways.results import Outcome
from payments.gateways.stripe import Stripe
from payments.models import GatewayEvent, PaymentEntry, Refund
from payments.services import event_process, event_replay, events_process_due, inbox, reconcile, refund_request, settle
from payments.services.inbox import MAX_ATTEMPTS
from payments.services.tokens import hashed
from tests.factories import make_user
from tests.payments.conftest import Sale
from tests.payments.steps import alerts, money, place, post_message, settle_down
from tests.support.fake_gateway import FakeGateway, message_about, paid
from tests.support.jobs import enqueued


def stored(sale: Sale) -> GatewayEvent:
    """Store a message that no job has processed, as after a crash."""
    assert post_message(message_about(sale.payment, "paid")).status_code == 200
    return GatewayEvent.objects.get()


def test_a_message_is_stored_and_processed_once_however_often_it_is_sent(sale: Sale) -> None:
    for _ in range(3):
        answer = post_message(message_about(sale.payment, "paid"))
        assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert enqueued("payments.process_event") == [{"event_id": GatewayEvent.objects.get().pk}]
    settle_down()
    event = GatewayEvent.objects.get()
    assert (event.state, event.attempts, event.processed_at is not None) == ("done", 1, True)
    assert (sale.order.status, PaymentEntry.objects.count()) == ("confirmed", 1)


def test_a_message_is_stored_with_its_job_or_not_at_all(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(inbox.event_process_job, "enqueue", fail)
    with pytest.raises(OperationalError):
        inbox.event_store(method="stripe", incoming=Incoming("evt-1", "payment"))
    assert GatewayEvent.objects.count() == 0


def test_the_answer_does_not_wait_for_the_processing(sale: Sale) -> None:
    assert stored(sale).state == "waiting"
    assert sale.order.payment_status == "unpaid"


@pytest.mark.parametrize("headers", [{}, {"X-Fake-Signature": "wrong"}])
def test_a_message_from_somebody_else_is_refused_and_not_kept(sale: Sale, headers: dict[str, str]) -> None:
    path, message = "/api/v1/payments/webhooks/stripe/", message_about(sale.payment, "paid")
    assert APIClient().post(path, message, format="json", headers=headers).status_code == 400
    assert GatewayEvent.objects.count() == 0


def test_two_gateways_may_use_the_same_name_for_a_message(sale: Sale) -> None:
    for method in ("stripe", "aamarpay"):
        post_message(message_about(sale.payment, "open", "1"), method)
    assert GatewayEvent.objects.count() == 2


def test_who_comes_second_finds_it_claimed(sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    event, understood = stored(sale), []

    def messages_of(claimed: GatewayEvent) -> list[Any]:
        understood.append(claimed.pk)
        event_process(event_id=claimed.pk)  # another process, at this moment
        return []

    monkeypatch.setattr(fake, "messages_of", messages_of)
    event_process(event_id=event.pk)
    assert understood == [event.pk]


def test_a_failure_is_tried_again_with_growing_pauses_and_given_up_before_a_person(
    sale: Sale, fake: FakeGateway
) -> None:
    event, pauses = stored(sale), []
    fake.failure = GatewayDown("No route")
    for _ in range(MAX_ATTEMPTS):
        GatewayEvent.objects.update(due_at=timezone.now())
        before = timezone.now()
        event_process(event_id=event.pk)
        event.refresh_from_db()
        pauses.append(round((event.due_at - before).total_seconds()))
    assert pauses == [min(2**tries, 6 * 3600) for tries in range(1, MAX_ATTEMPTS + 1)]
    assert (event.state, event.attempts, event.last_error) == ("dead", 20, "GatewayDown: No route")
    assert alerts() == ["unsettled"]
    GatewayEvent.objects.update(due_at=timezone.now())
    fake.failure = None
    assert events_process_due() == 0


def test_a_gateway_that_does_not_answer_is_left_alone_and_the_others_are_not(sale: Sale, fake: FakeGateway) -> None:
    for name in range(5):
        post_message(message_about(sale.payment, "open", str(name)))
    other = place(make_user(), sale.product, method="aamarpay", quantity=1)
    post_message(message_about(other, "paid"), "aamarpay")
    fake.failure = GatewayDown("No route")
    assert events_process_due(limit=4) == 4
    tried = GatewayEvent.objects.filter(method="stripe", attempts=1)
    assert (tried.count(), GatewayEvent.objects.get(method="aamarpay").state) == (3, "done")
    fake.failure = None
    assert events_process_due() == 2, "what was not tried is due at once"


def test_a_failure_of_our_own_does_not_count_against_the_gateway(
    sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in range(5):
        post_message(message_about(sale.payment, "open", str(name)))
    monkeypatch.setattr(fake, "messages_of", lambda event: 1 / 0)
    assert events_process_due() == 5


def test_a_message_to_a_refunds_own_address_settles_it(sale: Sale, fake: FakeGateway, staff: User) -> None:
    """The gateway accepts it, and tells the end later; each sending has an address of its own."""
    settle(payment_id=sale.payment.pk, result=paid(sale.payment))
    fake.refund_outcome = Outcome.OPEN
    refund = refund_request(payment_id=sale.payment.pk, amount=None, actor=staff)
    settle_down()
    refund.refresh_from_db()
    token = fake.tokens[0]
    assert (refund.state, refund.token_hash, len(token)) == ("pending", hashed(token), 64)
    message = {"id": "1", "number": sale.payment.number, "outcome": "paid", "amount": "100.00"}
    api = APIClient()
    assert api.post("/api/v1/payments/cb/another/", message, format="json").status_code == 404
    for _ in range(2):
        assert api.post(f"/api/v1/payments/cb/{token}/", message, format="json").status_code == 200
    settle_down()
    refund.refresh_from_db()
    assert (refund.state, money(sale.order), GatewayEvent.objects.count()) == ("succeeded", (100, 100), 1)


def test_a_gateway_that_knows_no_such_messages_refuses_them(sale: Sale) -> None:
    with pytest.raises(BadMessage):
        Stripe().receive_for_refund(Refund(), {})


def test_before_its_time_it_is_not_tried(sale: Sale, fake: FakeGateway) -> None:
    event = stored(sale)
    fake.failure = GatewayDown("No route")
    event_process(event_id=event.pk)
    event_process(event_id=event.pk)
    assert GatewayEvent.objects.get().attempts == 1


def test_what_an_error_says_is_not_kept(sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(event: GatewayEvent) -> list[Any]:
        raise ValueError("0712345678")

    event = stored(sale)
    monkeypatch.setattr(fake, "messages_of", raising)
    event_process(event_id=event.pk)
    assert GatewayEvent.objects.get().last_error == "ValueError: "


def test_a_dead_one_is_processed_when_somebody_asks_for_it(sale: Sale) -> None:
    event = stored(sale)
    GatewayEvent.objects.update(state="dead", attempts=MAX_ATTEMPTS)
    event_replay(event_id=event.pk)
    event.refresh_from_db()
    assert (event.state, event.attempts, sale.order.payment_status) == ("done", 1, "paid")


def test_one_that_is_done_changes_nothing_when_it_is_processed_again(sale: Sale) -> None:
    event = stored(sale)
    for _ in range(3):
        event_replay(event_id=event.pk)
    settle_down()
    assert (PaymentEntry.objects.count(), money(sale.order)[0], alerts()) == (1, 100, [])


def test_the_reconciler_finds_what_no_job_processed(sale: Sale) -> None:
    stored(sale)
    assert reconcile().processed_events == 1
    assert sale.order.payment_status == "paid"


def test_what_a_process_left_half_done_is_taken_over_after_its_lease(sale: Sale) -> None:
    event = stored(sale)
    GatewayEvent.objects.update(due_at=timezone.now() + timedelta(minutes=1), attempts=1)
    assert events_process_due() == 0
    GatewayEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert events_process_due() == 1
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("done", 2)


def test_who_loses_the_lease_does_not_undo_the_others_work(
    sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = stored(sale)

    def too_slow(claimed: GatewayEvent) -> list[Any]:
        GatewayEvent.objects.update(state="done")
        raise GatewayDown("Too slow")

    monkeypatch.setattr(fake, "messages_of", too_slow)
    event_process(event_id=event.pk)
    assert GatewayEvent.objects.get().state == "done"


@pytest.mark.parametrize("fails", [False, True])
def test_a_try_that_is_overtaken_does_not_end_the_newer_one(
    sale: Sale, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """Staff ask for it again during its last try, and that new try is still at work."""
    event = stored(sale)
    GatewayEvent.objects.update(attempts=MAX_ATTEMPTS - 1)
    lease = timezone.now() + timedelta(minutes=2)

    def overtaken(claimed: GatewayEvent) -> list[Any]:
        GatewayEvent.objects.update(attempts=1, due_at=lease)
        return [1 / 0] if fails else []

    monkeypatch.setattr(fake, "messages_of", overtaken)
    event_process(event_id=event.pk)
    event.refresh_from_db()
    assert (event.state, event.attempts, event.due_at, event.last_error, alerts()) == ("waiting", 1, lease, "", [])


def test_a_database_error_of_one_message_does_not_end_the_run(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, held = stored(sale), inbox._held
    post_message(message_about(sale.payment, "paid", "the second"))

    def sometimes(event: GatewayEvent) -> QuerySet[GatewayEvent]:
        if event.pk == broken.pk:
            raise OperationalError("canceling statement due to lock timeout")
        return held(event)

    monkeypatch.setattr(inbox, "_held", sometimes)
    assert (reconcile().processed_events, sale.order.payment_status) == (2, "paid")
    assert list(GatewayEvent.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "done"]
