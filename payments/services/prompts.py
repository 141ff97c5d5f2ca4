"""Limits on M-Pesa's prompts, the requests on a phone to confirm a payment: for each phone and each customer."""

from orders.models import Order
from utils.limits import Limit, spend
from utils.phones import kenyan_mobile

_DAY = 24 * 60 * 60
_TO_PHONE = Limit("prompts-to-phone", count=10, seconds=_DAY, guards_secrets=True)
_BY_CUSTOMER = Limit("prompts-by-customer", count=30, seconds=_DAY, guards_secrets=True)
# A guest could place an order for each prompt, so those of one IP address count together. Thousands of customers of a
# mobile network share one.
_BY_GUESTS = Limit("prompts-by-guests", count=300, seconds=_DAY, guards_secrets=True)


def prompt_count(*, phone: str, order: Order) -> None:
    """Count a prompt against the limit of its phone, which need not be the customer's, and that of the customer.

    A guest's prompts are counted by the order, and by the IP address that it was placed from. Call it outside of any
    transaction. Raise ``TooManyRequests`` when one of the limits is used up.
    """
    spend(_TO_PHONE, kenyan_mobile(phone) or phone)
    if order.user_id is not None:
        spend(_BY_CUSTOMER, str(order.user_id))
    else:
        spend(_BY_CUSTOMER, "guest", order.number)
        spend(_BY_GUESTS, order.network)
