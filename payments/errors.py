"""Define the errors by which this app refuses requests."""

from utils.errors import Conflict, Invalid, NotFound, Unavailable


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    message = "There is no such payment."


class RefundNotFound(NotFound):
    code = "refund_not_found"
    message = "There is no such refund."


class PaymentClosed(Conflict):
    code = "payment_closed"
    message = "This payment is over: its order was paid or cancelled, or the attempt failed."


class PromptUnanswered(Conflict):
    """Report that the phone may still show an earlier prompt to pay, so no second one is sent.

    ``retry_after``: the seconds until another can be sent.
    """

    code = "prompt_unanswered"
    message = "The phone may still show the prompt of an earlier attempt. Answer it, or try again when it has expired."

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class PaymentUncertain(Conflict):
    """Report that the result of the payment is unknown, so no new attempt can be made yet.

    ``retry_after``: the seconds until one can be made.
    """

    code = "payment_uncertain"
    message = "We do not know yet whether this payment went through. We keep asking; please try again in a while."

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class NotPayable(Invalid):
    """Report that the payment method can't take this amount or currency; ``detail`` says why."""

    code = "not_payable"


class PhoneNeeded(Invalid):
    code = "phone_needed"
    message = "This payment needs the payer's phone number."


class ReturnAddressRefused(Invalid):
    code = "return_url_refused"
    message = "The browser can only return to the shop's own pages, listed origins and listed apps."


class StartedOtherwise(Conflict):
    code = "payment_started_otherwise"
    message = "This payment was started on the gateway's page, or in an app. Go on there, or open another payment."


class PaymentRefused(Conflict):
    code = "payment_refused"
    message = "The gateway refused this payment. Try again, or choose another payment method."


class RefundTooLarge(Conflict):
    code = "refund_too_large"
    message = "No more than was received can be refunded."


class RefundBlocked(Conflict):
    code = "refund_blocked"
    message = "The buyer disputes this payment. The bank decides, and may return the money itself."


class RefundSettled(Conflict):
    code = "refund_settled"
    message = "This refund is already settled."


class RefundUnderWay(Conflict):
    code = "refund_under_way"
    message = "The gateway makes this refund, or may have made it. Staff can decide only if it never accepted it."


class GatewayNotOffered(Unavailable):
    code = "gateway_not_offered"
    message = "The shop does not offer this payment method at the moment."


class GatewayUnavailable(Unavailable):
    code = "gateway_unavailable"
    message = "The payment gateway does not answer. Nothing was charged; please try again."


class GatewayUncertain(Unavailable):
    code = "gateway_uncertain"
    message = "The payment gateway did not answer in time. We check whether it went through; look again in a minute."
