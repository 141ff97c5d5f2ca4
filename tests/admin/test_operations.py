"""The outbox, jobs, keys, carts and addresses in the admin, and its first page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cart.models import Cart
from cart.services import cart_open_guest
from orders.models import Order
from orders.statistics import orders_by_status, orders_per_day
from payments.models import Payment
from shipping.models import Address, ShippingMethod
from shipping.services import address_create
from tests.admin.examples import make_order, make_rows
from tests.admin.shown_forms import act, shown_form
from tests.factories import make_product
from utils.jobs import MAX_ATTEMPTS
from utils.models import IdempotencyKey, OutboxEvent, QueuedJob

LATER = timedelta(hours=1)


def test_undelivered_events_fall_due_and_delivered_ones_stay(root: Client) -> None:
    then = timezone.now() + LATER
    waiting = OutboxEvent.objects.create(name="a", payload={}, due_at=then)
    done = OutboxEvent.objects.create(name="b", payload={}, due_at=then, delivered_at=timezone.now())
    act(root, "utils_outboxevent", "deliver_again", [waiting.pk, done.pk])
    waiting.refresh_from_db()
    done.refresh_from_db()
    assert waiting.due_at <= timezone.now()
    assert done.due_at == then


def test_a_job_that_used_up_its_attempts_runs_again(root: Client) -> None:
    job = QueuedJob.objects.create(name="a", kwargs={}, due_at=timezone.now() + LATER, attempts=MAX_ATTEMPTS)
    act(root, "utils_queuedjob", "run_again", [job.pk])
    job.refresh_from_db()
    assert job.due_at <= timezone.now()
    assert job.attempts == 0


def test_whoever_may_only_look_sets_nothing_going(staff_with: Callable[..., Client]) -> None:
    event = OutboxEvent.objects.create(name="a", payload={}, due_at=timezone.now() + LATER)
    act(staff_with("utils.view_outboxevent"), "utils_outboxevent", "deliver_again", [event.pk])
    event.refresh_from_db()
    assert event.due_at > timezone.now()


def test_stored_answers_and_guests_tokens_are_not_shown(root: Client) -> None:
    key = IdempotencyKey.objects.create(user_id=1, key="k", fingerprint="f", body={"secret": "in the answer"})
    cart: Cart = cart_open_guest()
    texts = [
        root.get(reverse("admin:utils_idempotencykey_change", args=[key.pk])).content.decode(),
        root.get(reverse("admin:cart_cart_change", args=[cart.pk])).content.decode(),
    ]
    assert "in the answer" not in texts[0]
    assert str(cart.token) not in texts[1]


def test_a_new_default_address_takes_the_place_of_the_old_one(root: Client, customer: User) -> None:
    old = address_create(user=customer, street="Old Street 1", is_default=True)
    new = address_create(user=customer, street="New Street 2")
    url = reverse("admin:shipping_address_change", args=[new.pk])
    root.post(url, {**shown_form(root, url), "is_default": "on", "city": "Arusha"})
    assert list(Address.objects.order_by("id").values_list("pk", "is_default", "city")) == [
        (old.pk, False, ""),
        (new.pk, True, "Arusha"),
    ]


@pytest.mark.parametrize(("currency", "price", "is_fine"), [("tzs", "5000", True), ("JPY", "1.5", False)])
def test_a_rate_is_as_fine_as_its_currency(root: Client, currency: str, price: str, is_fine: bool) -> None:
    url = reverse("admin:shipping_shippingmethod_add")
    typed = {"name": "Post", "code": "post", "rates-TOTAL_FORMS": 1, "rates-0-currency": currency}
    rate = {"rates-0-basis": "flat", "rates-0-from_value": "0", "rates-0-price": price}
    root.post(url, {**shown_form(root, url), **typed, **rate})
    assert [rate.currency for method in ShippingMethod.objects.all() for rate in method.rates.all()] == (
        [currency.upper()] if is_fine else []
    )


def test_orders_are_counted_by_day_and_status(db: None) -> None:
    today, old, older = (make_order(make_product()) for _ in range(3))
    Order.objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=13))
    Order.objects.filter(pk=older.pk).update(placed_at=timezone.now() - timedelta(days=14))
    days = orders_per_day(days=14)
    assert [count.orders for count in days] == [1, *[0] * 12, 1]
    assert days[-1].day == timezone.localdate(today.placed_at)
    assert orders_by_status()["pending"] == 3
    assert orders_by_status()["shipped"] == 0


def test_the_first_page_shows_how_the_shop_is_doing(root: Client) -> None:
    make_rows(2)
    make_order(make_product())
    Payment.objects.create(order=Order.objects.latest("id"), method="stripe", amount=1, currency="USD")
    answer = root.get(reverse("admin:index"))
    text = answer.content.decode()
    assert "Shop administration" in text
    assert '<svg class="shop-chart"' in text
    assert [(figure.label, figure.value) for figure in answer.context["figures"]] == [
        ("Payments to confirm", 1),
        ("Open payment alerts", 2),
        ("Refunds to make by hand", 2),
        ("Stock items running low", 5),
        ("Undelivered events", OutboxEvent.objects.filter(delivered_at=None).count()),
    ]
    for figure in [*answer.context["figures"], *answer.context["statuses"]]:
        listed = root.get(figure.url)
        assert listed.status_code == 200
        assert "e=1" not in listed.request["QUERY_STRING"]
        assert listed.context["cl"].result_count == figure.value, figure.label


def test_the_first_page_shows_no_figures_to_whoever_may_not_see_them(staff_with: Callable[..., Client]) -> None:
    make_rows(1)
    assert "shop-dashboard" not in staff_with().get(reverse("admin:index")).content.decode()
    some = staff_with("payments.view_payment").get(reverse("admin:index"))
    assert [figure.label for figure in some.context["figures"]] == ["Payments to confirm"]
    assert "shop-chart" not in some.content.decode()
