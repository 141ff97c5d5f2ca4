"""Check that only one of two processes that send the same M-Pesa reversal posts it.

A reversal can't be undone, and the request has no name by which Safaricom could refuse a second one.
"""

import pytest
from django.db.models import QuerySet
from rest_framework.test import APIClient

from payments.models import Refund
from payments.services import refund_send, sending
from tests.payments.mpesa.test_reversal import initiator, paid, tell
from tests.payments.steps import alerts
from tests.support.shop_with_mpesa import MpesaShop, daraja, mpesa_shop

__all__ = ["daraja", "initiator", "mpesa_shop"]

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("concurrency")]


@pytest.fixture
def refund(mpesa_shop: MpesaShop, staff_api: APIClient) -> Refund:
    path = f"/api/v1/payments/{paid(mpesa_shop).number}/refunds/"
    return Refund.objects.get(number=staff_api.post(path, {"amount": "100.00"}).json()["id"])


def send_while_another_does(refund: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send a refund while another process does, which comes after this one has claimed it and before this one sends."""
    turns = []

    def reached(name: str) -> None:
        if name == "refund.claimed" and not turns:
            turns.append(name)
            refund_send(refund_id=refund.pk)

    monkeypatch.setattr(sending, "reached", reached)
    refund_send(refund_id=refund.pk)
    assert turns


def test_control_without_the_condition_it_is_posted_twice(
    mpesa_shop: MpesaShop, refund: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_id(read: Refund) -> QuerySet[Refund]:
        return Refund.objects.filter(pk=read.pk)

    monkeypatch.setattr(sending, "_as_read", by_id)
    send_while_another_does(refund, monkeypatch)
    assert len(mpesa_shop.daraja.reversals) == 2


def test_it_is_posted_once(mpesa_shop: MpesaShop, refund: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    send_while_another_does(refund, monkeypatch)
    (reversal,) = mpesa_shop.daraja.reversals
    assert tell(mpesa_shop, reversal).status_code == 200, "the address is the one that was sent"
    refund.refresh_from_db()
    assert (refund.state, alerts()) == ("succeeded", [])


def test_what_staff_withdrew_meanwhile_is_not_posted(
    mpesa_shop: MpesaShop, refund: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(name: str) -> None:
        if name == "refund.claimed":
            Refund.objects.filter(pk=refund.pk).update(state="failed")

    monkeypatch.setattr(sending, "reached", reached)
    refund_send(refund_id=refund.pk)
    assert mpesa_shop.daraja.reversals == []
