"""Handing out and erasing what the shop knows about a person."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import services
from accounts.errors import TokenRefused
from accounts.models import User
from accounts.privacy import personal_data
from cart.services import cart_open
from catalog.models import Review
from notifications.models import Notification, Thread, ThreadMessage
from notifications.services import message_post, thread_open
from orders.models import Order
from orders.services import order_transition
from orders.states import OrderStatus
from shipping.services import address_create
from tests.factories import PASSWORD, make_product, make_staff
from tests.support.rows import all_rows
from tests.support.world import Shopper, make_shopper

pytestmark = pytest.mark.django_db

ME = "/api/v1/auth/me"
# What no row and no answer may show of somebody else, or of somebody who was erased.
CANARIES = {
    "first_name": "Firstcanary",
    "last_name": "Lastcanary",
    "phone": "+15550199",
    "address": "7 Canary Row",
    "city": "Canaryville",
    "postal_code": "CAN-ARY",
}
MONEY = {
    "orders_order": ("number", "status", "payment_status", "currency", "items_total", "shipping_total", "total"),
    "orders_orderline": ("product_name", "sku", "unit_price", "quantity", "total"),
    "orders_orderstatuschange": ("old_status", "new_status"),
    "payments_payment": ("method", "state", "amount", "currency", "reference"),
    "inventory_stockmovement": ("quantity",),
}


def money_hash() -> str:
    """Over the columns that the books need, row by row."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table, wanted in MONEY.items():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                known = dict(zip(columns, row, strict=True))
                digest.update(repr([table, row[0], *(known.get(name) for name in wanted)]).encode())
    return digest.hexdigest()


@pytest.fixture
def carla() -> Iterator[Shopper]:
    product = make_product(stock_left=50)
    shopper = make_shopper("carlacanary", product)
    services.profile_update(user=shopper.user, **CANARIES)
    shopper.user.avatar.save("face.png", ContentFile(b"not read here"))
    Review.objects.filter(user=shopper.user).update(comment="Canary comment")
    order = Order.objects.select_related("shipment").get(pk=shopper.order)
    order.email, order.phone, order.note = "carlacanary@example.com", CANARIES["phone"], "Canary note"
    order.save()
    order.shipment.name, order.shipment.street = "Firstcanary Lastcanary", "7 Canary Row"
    order.shipment.save()
    Thread.objects.filter(user=shopper.user).update(subject="Canary subject")
    ThreadMessage.objects.filter(thread__user=shopper.user).update(body="Canary question")
    return shopper


def deliver(order_id: int) -> None:
    order_transition(order_id=order_id, to=OrderStatus.DELIVERED)


def test_the_export_holds_everything_of_the_caller_and_nothing_of_others(carla: Shopper) -> None:
    oskar = make_shopper("oskarcanary", make_product())
    answer = oskar.api.get(f"{ME}/export/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    told = answer.content.decode()
    assert "oskarcanary" in told
    for canary in ("carlacanary", *CANARIES.values()):
        assert canary not in told

    body: dict[str, Any] = carla.api.get(f"{ME}/export/").json()
    parts = {"account", "catalogue", "cart", "addresses", "orders", "payments", "notifications", "threads"}
    assert body.keys() == parts
    assert body["account"]["may_sell"] is True
    assert body["orders"][0]["shipped_to"]["street"] == "7 Canary Row"
    assert len(body["orders"][0]["lines"]) == 1
    for canary in ("carlacanary", "Canary comment", "Canary subject", "Canary question", *CANARIES.values()):
        assert canary in json.dumps(body)


def test_the_export_is_the_same_whoever_else_is_there() -> None:
    oskar = make_shopper("oskar", make_product())
    before = json.dumps(personal_data(oskar.user), default=str)
    make_shopper("another", make_product())
    assert json.dumps(personal_data(oskar.user), default=str) == before


def test_the_export_needs_no_more_statements_for_more_rows(carla: Shopper, django_assert_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        personal_data(carla.user)
    for status in ("confirmed", "shipped", "delivered"):
        Notification.objects.create(user=carla.user, order_id=carla.order, status=status, message="x")
        thread_open(user_id=carla.user.pk, opened_by=carla.user, body="x")
    more = make_shopper("more", make_product(stock_left=50))
    Order.objects.filter(pk=more.order).update(user=carla.user)
    with django_assert_num_queries(len(few)):
        assert len(personal_data(carla.user)["orders"]) == 2


def test_erasure_leaves_the_money_and_nothing_of_the_person(
    carla: Shopper, django_capture_on_commit_callbacks: Callable
) -> None:
    deliver(carla.order)
    address_create(user=carla.user, street="Another street")
    avatar = carla.user.avatar
    with django_capture_on_commit_callbacks(execute=True):
        message_post(thread=Thread.objects.get(number=carla.thread), author=make_staff(), body="Canary answer")
    assert Notification.objects.filter(thread_message__body="Canary answer").exists()
    before = money_hash()

    with django_capture_on_commit_callbacks(execute=True):
        assert carla.api.post(f"{ME}/erase/", {"password": PASSWORD}).status_code == 204

    assert money_hash() == before
    assert carla.api.get(f"{ME}/").status_code == 401
    left = str(list(all_rows().values()))
    for canary in (
        "carlacanary",
        "Canary note",
        "Canary comment",
        "Canary subject",
        "Canary question",
        "Canary answer",
        *CANARIES.values(),
    ):
        assert canary not in left, canary
    assert not avatar.storage.exists(avatar.name)
    assert not carla.user.addresses.exists()
    erased = User.objects.get(pk=carla.user.pk)
    assert not erased.is_active
    assert erased.orders.count() == 1


def test_the_name_and_the_address_are_free_for_a_new_account_that_sees_nothing_old(carla: Shopper) -> None:
    deliver(carla.order)
    services.user_erase(user=carla.user)
    body = {"username": "carlacanary", "email": "carlacanary@example.com", "password": PASSWORD}
    answer = APIClient().post("/api/v1/auth/register/", body)
    assert answer.status_code == 201
    bearer = {"Authorization": f"Bearer {answer.json()['tokens']['access']}"}
    for path in ("orders", "payments", "addresses", "notifications", "threads"):
        found = APIClient().get(f"/api/v1/{path}/", headers=bearer).json()
        assert (found if isinstance(found, list) else found["results"]) == [], path


@pytest.mark.parametrize("why", ["order under way", "wrong password", "no password", "staff", "selling"])
def test_refused_and_nothing_is_erased(carla: Shopper, why: str) -> None:
    if why != "order under way":
        deliver(carla.order)
    if why == "staff":
        User.objects.filter(pk=carla.user.pk).update(role="staff")
    if why == "selling":
        make_product(seller=carla.user)
    body = {"wrong password": {"password": "guess"}, "no password": {}}.get(why, {"password": PASSWORD})
    before = all_rows()
    answer = carla.api.post(f"{ME}/erase/", body)
    expected = {"wrong password": 403, "no password": 400}.get(why, 409)
    assert answer.status_code == expected
    after = all_rows()
    assert {key: row for key, row in after.items() if before.get(key) != row and key[0] != "accounts_auditentry"} == {}


def test_a_refund_is_still_possible_after_erasure(carla: Shopper) -> None:
    """The order and its payment can be found and still belong together."""
    deliver(carla.order)
    services.user_erase(user=carla.user)
    order = Order.objects.select_related("user").get(pk=carla.order)
    assert order.payments.get().amount == order.total
    assert str(order.user).startswith(f"erased-{order.user_id}-")


def test_everything_with_a_user_is_accounted_for() -> None:
    """A new table that refers to a user must be thought of: add it here and to its app's ``privacy.py``."""
    referring = {
        f"{field.model._meta.label_lower}.{field.name}"
        for field in User._meta.get_fields(include_hidden=True)
        if field.is_relation and field.auto_created and not field.concrete
        for field in [field.field]  # type: ignore[attr-defined]
        if field.model._meta.app_label not in {"admin", "auth"} and not field.model._meta.auto_created
    }
    assert referring == {
        "accounts.auditentry.actor",  # the staff's, by id
        "accounts.onetimecode.user",
        "accounts.usersession.user",
        "cart.cart.user",
        "catalog.product.seller",
        "catalog.review.user",
        "inventory.stockmovement.actor",  # the staff's, by id
        "payments.dispute.closed_by",  # the staff's, by id
        "notifications.notification.user",
        "notifications.thread.user",
        "notifications.threadmessage.author",  # the customer's go with the thread, the staff's by id
        "orders.order.user",
        "orders.orderstatuschange.actor",  # by id
        "orders.promotionuse.user",  # by id, for the limits per customer
        "payments.payment.confirmed_by",  # by id
        "payments.paymentalert.resolved_by",  # the staff's, by id
        "payments.paymententry.actor",  # the staff's, by id
        "payments.refund.requested_by",  # the staff's, by id
        "shipping.address.user",
    }


def test_what_was_asked_for_before_the_erasure_writes_nothing_after_it(carla: Shopper) -> None:
    """A request that read its user before, and writes later."""
    deliver(carla.order)
    before = User.objects.get(pk=carla.user.pk)
    services.user_erase(user=carla.user)
    for write in (
        lambda: services.profile_update(user=before, first_name="Firstcanary"),
        lambda: address_create(user=before, street="7 Canary Row"),
        lambda: cart_open(user=before),
        lambda: thread_open(user_id=before.pk, opened_by=before, body="Canary question"),
    ):
        with pytest.raises(TokenRefused):
            write()
    assert "canary" not in str(list(all_rows().values())).lower()


def test_of_another_user_it_takes_nothing(carla: Shopper) -> None:
    oskar = make_shopper("oskar", make_product())
    deliver(carla.order)
    before = json.dumps(personal_data(oskar.user), default=str)
    services.user_erase(user=carla.user)
    assert json.dumps(personal_data(User.objects.get(pk=oskar.user.pk)), default=str) == before


def test_the_admins_history_forgets_the_name_and_nothing_else_of_an_equal_id(carla: Shopper, staff: User) -> None:
    deliver(carla.order)
    for model in (User, Order):
        LogEntry.objects.create(
            user=staff,
            content_type=ContentType.objects.get_for_model(model),
            object_id=str(carla.user.pk),
            object_repr="carlacanary",
            action_flag=CHANGE,
        )
    services.user_erase(user=carla.user)
    told = dict(LogEntry.objects.values_list("content_type__model", "object_repr"))
    assert told == {"user": User.objects.get(pk=carla.user.pk).username, "order": "carlacanary"}
