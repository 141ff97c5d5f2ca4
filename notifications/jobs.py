"""Mail that a request does not wait for."""

from accounts.limits import DAY
from accounts.mailing import mail_person
from orders.models import Order
from orders.selectors import order_details
from utils.jobs import job
from utils.limits import Limit

# To a mailbox that the customer has not proven: anybody can type it.
_ORDERS_TO = Limit("unproven-order-mail-to", count=3, seconds=DAY, guards_secrets=True)


@job("notifications.mail_order_placed")
def mail_order_placed(*, order_id: int) -> None:
    """Confirm an order to its customer. At least once, so rarely twice.

    The mail goes to the account's address once that is proven, else to the one that the order names. Up to then it
    says only what the shop itself has written.
    """
    order = order_details(Order.objects.select_related("user")).get(pk=order_id)
    customer = order.user
    recipient = customer.email if customer.is_email_verified else order.email or customer.email
    if recipient:
        mail_person(
            user=customer,
            to=recipient,
            limit=_ORDERS_TO,
            subject=f"Your order {order.number}",
            template="notifications/order_placed",
            order=order,
            waits_for_proof=order.is_paid_later and order.expires_at and not customer.is_email_verified,
        )
