"""The jobs that send mail about orders, so that no request waits for a mail server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from accounts.limits import DAY
from accounts.mailing import mail_guest, mail_person
from orders.models import Order
from orders.selectors import order_details
from orders.states import OrderStatus
from orders.tokens import order_link
from utils.jobs import MAIL, job
from utils.limits import Limit
from utils.mail import mail_connection

# Limits the mail to one address that is not verified, because anybody can type in somebody else's address.
_ORDERS_TO = Limit("unproven-order-mail-to", count=3, seconds=DAY, guards_secrets=True)


@contextmanager
def _orders_and_connection(runs: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Load the orders of several mails at once, and keep one connection to the mail server for them."""
    orders = order_details(Order.objects.select_related("user")).in_bulk([run["order_id"] for run in runs])
    with mail_connection():
        yield [{"order": orders.get(run["order_id"])} for run in runs]


@job("notifications.mail_order_placed", lane=MAIL, prepare=_orders_and_connection)
def mail_order_placed(*, order: Order | None) -> None:
    """Mail the customer that the order was placed. If the job runs twice, the mail is sent twice.

    The mail goes to the account's e-mail address if that is verified, else to the one that the order names. Without a
    verified address the mail holds only text that the shop itself wrote.
    """
    if order is None:
        return
    if order.user is None:
        _mail_guest(order)
        return
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


def _mail_guest(order: Order) -> None:
    """Mail a guest the receipt, with a link that opens the order.

    The link is made here, so that neither the queue nor the outbox holds it. An order that was erased or cancelled
    meanwhile is not mailed: else orders that are cancelled at once could be used to send mail to strangers.
    """
    if order.token_version and order.status != OrderStatus.CANCELLED:
        mail_guest(
            to=order.email,
            network=order.network,
            limit=_ORDERS_TO,
            subject=f"Your order {order.number}",
            template="notifications/order_placed",
            order=order,
            link=order_link(order),
            waits_for_proof=order.is_paid_later and order.expires_at,
        )
