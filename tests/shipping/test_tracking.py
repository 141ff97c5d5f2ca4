"""A tracking number changes the order that is on its way, and no other."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders.models import Order
from shipping.services import shipment_track
from tests.factories import make_product
from utils.events import deliver_due

pytestmark = pytest.mark.django_db


def test_only_its_order_is_new(customer_api: APIClient, other_api: APIClient) -> None:
    product = make_product()
    for api in (customer_api, other_api):
        api.post("/api/v1/cart/items/", {"product": product.pk})
        assert api.post("/api/v1/orders/", {"address": {"street": "1 Main Street"}}).status_code == 201
    deliver_due()
    long_ago = timezone.now() - timedelta(days=1)
    Order.objects.update(updated_at=long_ago)
    sent, other = Order.objects.order_by("id")
    shipment_track(shipment_id=sent.shipment_id, carrier="DHL", tracking_number="4711")
    deliver_due()
    sent.refresh_from_db()
    other.refresh_from_db()
    assert (sent.updated_at > long_ago, other.updated_at) == (True, long_ago)
    assert (sent.shipment.tracking_number, other.shipment.tracking_number) == ("4711", "")
