"""Mail that a request does not wait for."""

from orders.models import Order
from orders.selectors import order_details
from utils.jobs import job
from utils.mail import mail_send


@job("notifications.mail_order_placed")
def mail_order_placed(*, order_id: int) -> None:
    """Confirm an order to the address it was placed with, or the account's. At least once, so rarely twice."""
    order = order_details(Order.objects.select_related("user")).get(pk=order_id)
    recipient = order.email or order.user.email
    if recipient:
        mail_send(
            to=recipient,
            subject=f"Your order {order.number}",
            template="notifications/order_placed",
            order=order,
        )
