"""aamarPay has no API for refunds: staff make them in its panel, and note them here."""

from decimal import Decimal
from typing import Any

import pytest

from payments.models import Payment, PaymentEntry
from tests.support.shop_with_aamarpay import AamarPayShop, disagreements

pytestmark = pytest.mark.django_db


def give_back(shop: AamarPayShop, payment: Payment, amount: str) -> Any:
    body = {"amount": amount, "reason": "Arrived broken"}
    return shop.post(f"/api/v1/payments/{payment.number}/refunds/", body, by=shop.staff_api)


def test_who_gave_what_back_is_noted(shop: AamarPayShop, staff: Any) -> None:
    payment = shop.paid()
    refund = give_back(shop, payment, "200.00").json()
    assert (refund["is_manual"], refund["state"], refund["reason"]) == (True, "pending", "Arrived broken")
    assert not PaymentEntry.objects.filter(kind="refund").exists()
    done = shop.post(f"/api/v1/payments/refunds/{refund['id']}/confirm/", {"reference": "P 17"}, by=shop.staff_api)
    assert done.json()["state"] == "succeeded"
    entry = PaymentEntry.objects.get(kind="refund")
    assert (entry.amount, entry.payment, entry.method) == (Decimal("200.00"), payment, "aamarpay")
    row = payment.refunds.get()
    assert (row.requested_by, row.gateway_id, row.reason) == (staff, "P 17", "Arrived broken")
    assert disagreements(shop.fake) == []


def test_parts_never_exceed_what_was_paid(shop: AamarPayShop) -> None:
    payment = shop.paid("1000.00")
    assert [give_back(shop, payment, amount).status_code for amount in ("600.00", "300.00")] == [201, 201]
    refused = give_back(shop, payment, "100.01")
    assert (refused.status_code, refused.json()["available"]) == (409, "100.00")
    assert payment.refunds.count() == 2
    assert give_back(shop, payment, "100.00").status_code == 201
    payment.refresh_from_db()
    assert payment.refunded_amount == payment.captured_amount == Decimal(1000)


def test_one_that_is_not_made_after_all(shop: AamarPayShop) -> None:
    payment = shop.paid("1000.00")
    refund = give_back(shop, payment, "1000.00").json()
    path = f"/api/v1/payments/refunds/{refund['id']}/withdraw/"
    assert shop.post(path, {"reason": "Settled in person"}, by=shop.staff_api).json()["state"] == "failed"
    assert give_back(shop, payment, "1000.00").status_code == 201


def test_only_staff_give_money_back(shop: AamarPayShop) -> None:
    payment = shop.paid()
    assert shop.post(f"/api/v1/payments/{payment.number}/refunds/", {"amount": "1.00"}).status_code == 403
    assert not payment.refunds.exists()
