"""Refusals of this app."""

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
    """``retry_after`` is in seconds."""

    code = "prompt_unanswered"
    message = "The phone may still show the prompt of an earlier attempt. Answer it, or try again when it has lapsed."

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class PaymentUncertain(Conflict):
    """``retry_after``: seconds until a new attempt can be made, if nothing is heard of this one."""

    code = "payment_uncertain"
    message = "The gateway has not said yet what became of this payment. We keep asking; try again in a while."

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class NotPayable(Invalid):
    """``detail`` says why: a minimum, a currency."""

    code = "not_payable"


class PhoneNeeded(Invalid):
    code = "phone_needed"
    message = "This payment needs the payer's phone number."


class ReturnAddressRefused(Invalid):
    code = "return_url_refused"
    message = "The browser is sent back only to the shop's own pages, listed origins and listed apps."


class StartedOtherwise(Conflict):
    code = "payment_started_otherwise"
    message = "This payment was started on the gateway's page, or in an app. Go on there, or open another payment."


class PaymentRefused(Conflict):
    code = "payment_refused"
    message = "The gateway refused this payment. Try again, or pay another way."


class RefundTooLarge(Conflict):
    code = "refund_too_large"
    message = "More than was received can't be given back."


class RefundBlocked(Conflict):
    code = "refund_blocked"
    message = "The buyer disputes this payment: the bank decides, and may give the money back itself."


class RefundSettled(Conflict):
    code = "refund_settled"
    message = "This refund is over."


class RefundUnderWay(Conflict):
    code = "refund_under_way"
    message = "The gateway makes this refund, or may have made it. Staff can say so only when it never accepted it."


class GatewayNotOffered(Unavailable):
    code = "gateway_not_offered"
    message = "The shop does not offer this way to pay just now."


class GatewayUnavailable(Unavailable):
    code = "gateway_unavailable"
    message = "The payment gateway does not answer. Nothing was charged; try again."


class GatewayUncertain(Unavailable):
    code = "gateway_uncertain"
    message = "The payment gateway did not answer in time. We find out whether it went through; look again in a minute."
