"""Define the states of payments, refunds and webhooks, and the kinds of ledger entries and alerts."""

from django.db import models


class PaymentMethod(models.TextChoices):
    """List the payment methods.

    ``manual``: a transfer or the like, which staff confirm. ``cash_on_delivery``: paid to the courier. The others are
    the gateways of ``payments.gateways``.
    """

    MANUAL = "manual", "Manual payment"
    CASH_ON_DELIVERY = "cash_on_delivery", "Cash on delivery"
    STRIPE = "stripe", "Card (Stripe)"
    AAMARPAY = "aamarpay", "aamarPay"
    MPESA = "mpesa", "M-Pesa"


# The goods may be sent before the money arrives: staff see it arrive, or the courier brings it.
PAID_LATER = frozenset({PaymentMethod.MANUAL, PaymentMethod.CASH_ON_DELIVERY})


class PaymentState(models.TextChoices):
    """List the states of a payment, which is one attempt to pay an order."""

    PENDING = "pending", "Pending"  # opened; no gateway was asked yet, or staff have to confirm
    WAITING = "waiting", "Waiting for the buyer"  # the gateway has it
    UNKNOWN = "unknown", "Unknown"  # the gateway was asked and did not answer: it must be asked again
    CAPTURED = "captured", "Captured"
    FAILED = "failed", "Failed"  # another attempt may be made
    CANCELLED = "cancelled", "Cancelled"  # given up by the shop, for example with its order


# The states that a gateway's result can still change. A capture is final; money that comes for a failed or a
# cancelled attempt is counted all the same.
OPEN = frozenset({PaymentState.PENDING, PaymentState.WAITING, PaymentState.UNKNOWN})


class EntryKind(models.TextChoices):
    """List the kinds of entries in a payment's ledger."""

    CAPTURE = "capture", "Capture"
    REFUND = "refund", "Refund"
    REFUND_FAILED = "refund_failed", "Refund that came back"
    CHARGEBACK = "chargeback", "Taken back by the buyer's bank"
    CHARGEBACK_WON = "chargeback_won", "Chargeback that came back"


class RefundState(models.TextChoices):
    """List the states of a refund.

    It is ``pending`` until the gateway (or staff, for a refund made by hand) says that the money is on its way.
    """

    PENDING = "pending", "Pending"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


class EventState(models.TextChoices):
    """List the states of a gateway's webhook in the inbox."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    DEAD = "dead", "Given up"


class AlertKind(models.TextChoices):
    """List what staff may have to look at. No rule about money reads alerts: rules read payments and the ledger."""

    AMOUNT_MISMATCH = "amount_mismatch", "Another amount or currency than asked for"
    RECEIPT_REUSED = "receipt_reused", "A receipt that was counted for another payment"
    UNKNOWN_PAYMENT = "unknown_payment", "Money for a payment that is not ours"
    WRONG_MODE = "wrong_mode", "A test message in live mode, or the other way round"
    PAID_LATE = "paid_late", "Money for a cancelled order whose stock is gone"
    PAID_TWICE = "paid_twice", "More money than the order costs"
    PAID_BY_HAND = "paid_by_hand", "Paid by hand to the pay bill"
    REFUND_FAILED = "refund_failed", "A refund that failed"
    REFUND_CONTRADICTED = "refund_contradicted", "A refund that the gateway contradicts"
    REFUND_HELD = "refund_held", "A refund whose money the bank took"
    DISPUTE = "dispute", "The buyer disputes the charge"
    DISPUTE_CLOSED = "dispute_closed", "A dispute that the bank has decided"
    OVERDRAWN = "overdrawn", "More went back than came"
    RISK = "risk", "Paid, and the gateway advises to look at it"
    CONFIGURATION = "configuration", "The gateway refuses our credentials"
    UNSETTLED = "unsettled", "No final result from the gateway for too long"
    UNCONFIRMED = "unconfirmed", "A paid order that could not be confirmed"
