"""The receivers of orders, for events of orders, reviews and parcels."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from catalog.services import reviews_mark_purchased
from catalog.signals import review_written
from orders.models import Order
from orders.selectors import products_bought
from orders.signals import order_claimed, order_status_changed
from orders.states import OrderStatus
from shipping.signals import shipment_tracked


@receiver(order_status_changed, dispatch_uid="orders.mark_reviews_of_order")
def mark_reviews_of_order(*, order_id: int, user_id: int | None, new: str, **kwargs: Any) -> None:
    """Mark the customer's reviews of an order's products as written by a buyer when the order is confirmed."""
    if new == OrderStatus.CONFIRMED and user_id is not None:
        reviews_mark_purchased(user_id=user_id, product_ids=products_bought(user_id=user_id, order=order_id))


@receiver(order_claimed, dispatch_uid="orders.mark_reviews_of_claimed")
def mark_reviews_of_claimed(*, order_id: int, user_id: int, **kwargs: Any) -> None:
    """Mark the customer's reviews of the products of a claimed order, if it is confirmed, as written by a buyer."""
    reviews_mark_purchased(user_id=user_id, product_ids=products_bought(user_id=user_id, order=order_id))


@receiver(review_written, dispatch_uid="orders.mark_review")
def mark_review(*, product_id: int, user_id: int, **kwargs: Any) -> None:
    """Mark a new review as written by a buyer if its author has bought the product."""
    reviews_mark_purchased(user_id=user_id, product_ids=products_bought(user_id=user_id, product=product_id))


@receiver(shipment_tracked, dispatch_uid="orders.touch")
def touch_order(*, shipment_id: int, **kwargs: Any) -> None:
    """Set the order's ``updated_at`` to now when its parcel gets a tracking number, so that clients see the change."""
    Order.objects.filter(shipment=shipment_id).update(updated_at=timezone.now())
