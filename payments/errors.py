"""Refusals of this app."""

from utils.errors import Conflict, NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    message = "There is no such payment."


class PaymentClosed(Conflict):
    code = "payment_closed"
    message = "The order was cancelled, and its payment with it."
