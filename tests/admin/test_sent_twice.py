"""Forms that act, sent twice: one after the other, and at the same instant."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from catalog.models import Product
from inventory.models import StockItem, StockMovement
from payments.admin import payments as page
from payments.gateways.errors import GatewayFailure
from payments.models import Payment, Refund
from payments.services import payment_confirm
from tests.admin.examples import make_order
from tests.admin.shown_forms import act, shown_form, told
from tests.factories import PASSWORD, make_product
from utils.admin import marks, panels
from utils.admin.marks import mark_new
from utils.idempotency import Answer, RequestKey
from utils.maintenance import IDEMPOTENCY_KEYS_KEPT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("concurrency")]
TWICE = "This form was sent before, so it was not carried out again."


@pytest.fixture
def payment(db: None) -> Payment:
    payment = make_order(make_product(price="50.00")).payments.get()
    return payment_confirm(payment_id=payment.pk)


def refund_url(payment: Payment) -> str:
    return reverse("admin:payments_payment_panel", args=[payment.pk, "refund"])


def confirmation(client: Client, payment: Payment, **typed: str) -> dict[str, str]:
    """Return what the page that asks first would post, coming from the payment's page."""
    page = client.get(reverse("admin:payments_payment_change", args=[payment.pk]))
    mark = next(entry["mark"] for entry in page.context["panels"] if entry["panel"].name == "refund")
    data = {"button": "refund", "mark": mark, **{f"refund-{name}": value for name, value in typed.items()}}
    asked = client.post(refund_url(payment), data)
    hidden = dict(asked.context["hidden"])
    return {**data, **hidden, "confirmed": "yes"}


def post_at_once(user: User, url: str, data: dict[str, Any], *, times: int = 2) -> list[list[str]]:
    """Post the same form in threads with a connection of their own; what each was told.

    Read from the page, since Django's test client mixes up the contexts of threads.
    """
    gate = threading.Barrier(times)

    def post(_: int) -> list[str]:
        try:
            client = Client()
            client.force_login(user)
            gate.wait(timeout=30)
            page = client.post(url, data, follow=True).content.decode()
            return [strip_tags(item) for item in re.findall(r'<li class="(?:success|warning|error)">(.*?)</li>', page)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=times) as pool:
        return list(pool.map(post, range(times)))


def test_a_refund_confirmed_twice_at_once_goes_back_once(root: Client, superuser: User, payment: Payment) -> None:
    said = post_at_once(superuser, refund_url(payment), confirmation(root, payment, amount="10"))
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal(10)
    done = "10.00 USD are set aside. Give them back by hand, then confirm the refund."
    assert sorted(said) == sorted([[done], [f"{TWICE} {done}"]])


def test_without_the_mark_it_goes_back_twice(
    root: Client, superuser: User, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show, as a negative control, that the refund is made twice without the mark."""

    def unguarded(request_key: RequestKey, produce: Callable[[], Answer]) -> Answer:
        return produce()

    monkeypatch.setattr(panels, "answer_once", unguarded)
    post_at_once(superuser, refund_url(payment), confirmation(root, payment, amount="10"))
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal(20)


def test_a_used_form_is_not_good_for_another_amount(root: Client, payment: Payment) -> None:
    form = confirmation(root, payment, amount="10")
    root.post(refund_url(payment), form)
    again = root.post(refund_url(payment), {**form, "refund-amount": "20"}, follow=True)
    assert told(again)[-1].startswith(f"{TWICE} 10.00 USD")
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal(10)]


@pytest.mark.parametrize("mark", ["", "made-up", "forged:1uOcPc:signature"])
def test_a_form_without_a_mark_of_ours_does_nothing(root: Client, payment: Payment, mark: str) -> None:
    form = {**confirmation(root, payment, amount="10"), "mark": mark}
    assert told(root.post(refund_url(payment), form, follow=True)) == [marks.MarkRefused.message]
    assert not Refund.objects.exists()


def test_a_mark_expires_before_its_use_is_forgotten(
    root: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert marks.LIFETIME < IDEMPOTENCY_KEYS_KEPT
    form = confirmation(root, payment, amount="10")
    monkeypatch.setattr(marks, "LIFETIME", timedelta(seconds=-1))
    assert told(root.post(refund_url(payment), form, follow=True)) == [marks.MarkRefused.message]
    assert not Refund.objects.exists()


def test_a_refused_form_can_be_sent_again(root: Client, payment: Payment) -> None:
    form = confirmation(root, payment, amount="10")
    form["refund-amount"] = "60"
    root.post(refund_url(payment), form)
    root.post(refund_url(payment), {**form, "refund-amount": "10"})
    assert Refund.objects.get().amount == Decimal(10)


def test_pieces_are_booked_once(root: Client, superuser: User) -> None:
    item = StockItem.objects.get(variant__product=make_product(stock_left=5))
    url = reverse("admin:inventory_stockitem_panel", args=[item.pk, "book"])
    movements = StockMovement.objects.count()
    form = {"button": "book", "mark": mark_new(), "book-delta": "3", "book-kind": "receipt"}
    post_at_once(superuser, url, form)
    item.refresh_from_db()
    assert (item.on_hand, StockMovement.objects.count()) == (8, movements + 1)


def test_a_product_is_added_once(root: Client, superuser: User) -> None:
    url = reverse("admin:catalog_product_add")
    form = {**shown_form(root, url), "name": "Lamp", "price": "5", "currency": "USD"}
    said = post_at_once(superuser, url, form)
    assert Product.objects.count() == 1
    assert [f"{TWICE} It was saved. See the current state."] in said


def test_a_form_with_mistakes_keeps_its_mark(root: Client) -> None:
    url = reverse("admin:catalog_product_add")
    form = {**shown_form(root, url), "name": "Lamp", "price": "five", "currency": "USD"}
    assert root.post(url, form).status_code == 200
    root.post(url, {**form, "price": "5"})
    assert Product.objects.get().name == "Lamp"


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_list_action_is_carried_out_once(root: Client, superuser: User, confirmed: bool) -> None:
    page, action, fields = ("payments_payment", "confirm", {"confirmed": "yes"})
    rows = [make_order(make_product()).payments.get().pk]
    if not confirmed:
        page, action, fields, rows = ("catalog_product", "put_on_sale", {}, [make_product().pk])
    mark = mark_new()
    act(root, page, action, rows, mark=mark, **fields)
    entries = LogEntry.objects.count()
    again = act(root, page, action, rows, mark=mark, **fields)
    assert told(again)[0].startswith(TWICE)
    assert LogEntry.objects.count() == entries


def test_every_list_offers_a_mark_for_its_actions(root: Client) -> None:
    make_product()
    page = root.get(reverse("admin:catalog_product_changelist"))
    assert 'type="hidden" name="mark"' in page.content.decode()


def test_asking_the_gateway_holds_no_transaction(
    root: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def ask(_: Payment) -> None:
        asked.append(connection.in_atomic_block)
        raise GatewayFailure("It is down.")

    monkeypatch.setattr(page, "has_gateway", lambda method: True)
    monkeypatch.setattr(page, "payment_query", ask)
    Payment.objects.filter(pk=payment.pk).update(started_at=timezone.now())
    url = reverse("admin:payments_payment_panel", args=[payment.pk, "ask"])
    form = {"button": "ask", "mark": mark_new()}
    root.post(url, form)
    again = root.post(url, form, follow=True)
    assert told(again)[-1] == f"{TWICE} The gateway gave no answer: It is down."
    assert asked == [False]


def test_an_export_can_be_read_again_from_the_same_page(root: Client, superuser: User) -> None:
    customer = User.objects.create_user("carla", "carla@example.com", PASSWORD)
    url = reverse("admin:accounts_user_panel", args=[customer.pk, "privacy"])
    form = {"button": "export", "mark": mark_new()}
    assert [root.post(url, form).headers["Content-Type"] for _ in range(2)] == ["application/json"] * 2
