"""How often phones are rung, whoever asks for it."""

from utils.limits import Limit, spend
from utils.phones import kenyan_mobile

_DAY = 24 * 60 * 60
_TO_PHONE = Limit("prompts-to-phone", count=10, seconds=_DAY, guards_secrets=True)
_BY_CUSTOMER = Limit("prompts-by-customer", count=30, seconds=_DAY, guards_secrets=True)


def prompt_count(*, phone: str, customer_id: int) -> None:
    """Count a prompt against its phone, which need not be the customer's, and against who asks for it.

    Not to be called in a transaction. Raises ``TooManyRequests``.
    """
    spend(_TO_PHONE, kenyan_mobile(phone) or phone)
    spend(_BY_CUSTOMER, str(customer_id))
