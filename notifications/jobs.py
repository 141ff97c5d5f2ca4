"""Mail that a request does not wait for."""

from django.core.mail import send_mail
from django.template.loader import render_to_string

from orders.models import Order
from orders.selectors import order_details
from utils.jobs import job


@job("notifications.mail_order_placed")
def mail_order_placed(*, order_id: int) -> None:
    """Confirm an order to the address it was placed with, or the account's. At least once, so rarely twice."""
    order = order_details(Order.objects.select_related("user")).get(pk=order_id)
    recipient = order.email or order.user.email
    if recipient:
        text = render_to_string("notifications/order_placed.txt", {"order": order})
        send_mail(f"Your order {order.number}", text, None, [recipient])
