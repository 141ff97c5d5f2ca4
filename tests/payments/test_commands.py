"""What operators type."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments.gateways.errors import GatewayDown
from payments.gateways.results import Outcome, RefundResult
from payments.models import GatewayEvent, Refund
from payments.services import payment_start, refund_request, refund_settle, settle
from tests.factories import make_user
from tests.payments.conftest import Sale
from tests.payments.steps import money, post_message, settle_down
from tests.support.fake_gateway import FakeGateway, message_about, paid


def run(name: str, *arguments: str) -> tuple[str, str]:
    out, errors = StringIO(), StringIO()
    call_command(name, *arguments, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


class TestReconcile:
    def test_asks_and_tells(self, sale: Sale, fake: FakeGateway) -> None:
        payment_start(payment_id=sale.payment.pk)
        fake.pay(sale.payment)
        assert "payments asked about: 0\n" in run("reconcile_payments")[0]
        assert "payments asked about: 1 (1 captured)\n" in run("reconcile_payments", "--all")[0]
        assert sale.order.payment_status == "paid"

    def test_tells_who_does_not_answer(self, sale: Sale, fake: FakeGateway) -> None:
        payment_start(payment_id=sale.payment.pk)
        fake.failure = GatewayDown("No route")
        assert run("reconcile_payments", "--all")[1] == "stripe did not answer 1 times\n"


class TestSettlementReport:
    def test_adds_up_by_day_method_and_currency(self, sale: Sale) -> None:
        settle(payment_id=sale.payment.pk, result=paid(sale.payment))
        for amount in (30, 20):
            refund_request(payment_id=sale.payment.pk, amount=sale.payment.amount * amount / 100, actor=make_user())
        settle_down()
        refund = Refund.objects.get(amount=20)
        refund_settle(refund_id=refund.pk, result=RefundResult(Outcome.FAILED))
        today = timezone.now().date().isoformat()
        rows = run("settlement_report", "--from", today, "--to", today)[0].splitlines()[1:]
        assert [row.split() for row in rows] == [
            [today, "stripe", "USD", "1", "100.00", "2", "50.00", "20.00", "0.00", "70.00"]
        ]
        assert money(sale.order) == (100, 30)

    def test_of_other_days_is_empty(self, sale: Sale) -> None:
        settle(payment_id=sale.payment.pk, result=paid(sale.payment))
        assert len(run("settlement_report", "--from", "2020-01-01", "--to", "2020-01-31")[0].splitlines()) == 1

    @pytest.mark.parametrize("day", ["yesterday", "2026-02-30", ""])
    def test_wants_days(self, day: str) -> None:
        with pytest.raises(CommandError):
            run("settlement_report", "--from", day, "--to", "2026-01-01")


class TestReplay:
    @pytest.fixture
    def event(self, sale: Sale) -> GatewayEvent:
        post_message(message_about(sale.payment, "paid"))
        GatewayEvent.objects.update(state="dead", attempts=20)
        return GatewayEvent.objects.get()

    def test_of_all_that_were_given_up(self, sale: Sale, event: GatewayEvent) -> None:
        assert run("replay_events", "--dead")[0] == "1 of 1 messages are done.\n"
        assert sale.order.payment_status == "paid"
        assert run("replay_events", "--dead")[0] == "0 of 0 messages are done.\n"

    def test_of_named_ones_changes_nothing_the_second_time(self, sale: Sale, event: GatewayEvent) -> None:
        for _ in range(2):
            assert run("replay_events", str(event.pk))[0] == "1 of 1 messages are done.\n"
        assert money(sale.order) == (100, 0)

    def test_that_fails_again(self, event: GatewayEvent, fake: FakeGateway) -> None:
        fake.failure = GatewayDown("No route")
        assert run("replay_events", "--dead")[0] == "0 of 1 messages are done.\n"

    @pytest.mark.parametrize("arguments", [[], ["--dead", "1"], ["99999"]])
    def test_wants_to_know_which(self, event: GatewayEvent, arguments: list[str]) -> None:
        with pytest.raises(CommandError):
            run("replay_events", *arguments)
