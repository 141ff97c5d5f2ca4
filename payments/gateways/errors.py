"""Define how a gateway can fail, and how a message can be bad."""


class GatewayFailure(Exception):
    """Report that a gateway did not do what the shop requested.

    ``detail`` is for the log and for staff; it holds no secret and no personal data.
    """

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class GatewayRefused(GatewayFailure):
    """Report that the gateway refused a request for certain: it started no payment and refunded nothing."""


class GatewayDown(GatewayFailure):
    """Report that the gateway was certainly not reached: the same may be tried again."""


class PromptOpen(GatewayDown):
    """Report that the payer has not answered an earlier prompt on the phone.

    ``retry_after``: the seconds until another prompt can be sent.
    """

    def __init__(self, detail: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class OutcomeUnknown(GatewayFailure):
    """Report that the request may have had its effect: only asking the gateway again can show it."""


class GatewayMisconfigured(GatewayFailure):
    """Report that the gateway refuses the shop's credentials. Staff correct them; no payment fails because of it."""


class BadMessage(Exception):
    """Report a webhook that does not come from the gateway or can't be read.

    The sender doesn't learn which check failed.
    """
