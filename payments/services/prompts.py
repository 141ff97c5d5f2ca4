"""Limits on M-Pesa's prompts, the requests on a phone to confirm a payment: for each phone and each customer."""

from utils.limits import Limit, spend
from utils.phones import kenyan_mobile

_DAY = 24 * 60 * 60
_TO_PHONE = Limit("prompts-to-phone", count=10, seconds=_DAY, guards_secrets=True)
_BY_CUSTOMER = Limit("prompts-by-customer", count=30, seconds=_DAY, guards_secrets=True)


def prompt_count(*, phone: str, customer_id: int) -> None:
    """Count a prompt against the limit of its phone, which need not be the customer's, and that of the customer.

    Call it outside of any transaction. Raise ``TooManyRequests`` when one of the limits is used up.
    """
    spend(_TO_PHONE, kenyan_mobile(phone) or phone)
    spend(_BY_CUSTOMER, str(customer_id))
