"""Refusals of this app."""

from decimal import Decimal

from utils.errors import Conflict, Denied, Invalid, NotFound


class OrderNotFound(NotFound):
    code = "order_not_found"
    message = "There is no such order."


class CartEmpty(Invalid):
    code = "cart_empty"
    message = "The cart is empty."


class LineNotForSale(Conflict):
    """``items`` lists the variants in the cart that can no longer be bought."""

    code = "not_for_sale"
    message = "Something in the cart is no longer for sale."


class OrderTooLarge(Conflict):
    code = "order_too_large"
    message = "The order is worth more than can be written down. Place several."


class PriceChanged(Conflict):
    """The customer agreed to another total."""

    code = "price_changed"
    message = "The total is not what it was."

    def __init__(self, *, expected: Decimal, total: Decimal) -> None:
        super().__init__(expected=str(expected), total=str(total))


class CurrencyDiffers(Invalid):
    """The customer agreed to another currency."""

    code = "currency_differs"

    def __init__(self, *, expected: str, currency: str) -> None:
        super().__init__(f"The cart is in {currency}, not in {expected}.", field="currency")


class TransitionRefused(Conflict):
    code = "transition_refused"

    def __init__(self, *, current: str, target: str) -> None:
        super().__init__(f"An order that is {current} can't become {target}.", current=current, target=target)


class PaymentNeeded(Conflict):
    code = "payment_needed"
    message = (
        "The order's money is missing, and its way of paying is none that is paid later. "
        "Who may move unpaid orders has to do it, and say why."
    )


class ReasonNeeded(Invalid):
    code = "reason_needed"

    def __init__(self) -> None:
        super().__init__("The order's money is missing. Give a reason to move it on all the same.", field="reason")


class CancelRefused(Denied):
    code = "cancel_refused"
    message = "Only an unpaid order that is still pending can be cancelled by its customer."


class HideRefused(Conflict):
    code = "hide_refused"
    message = "An order that was paid or sent stays in sight. Ask for your money back instead."


class OrdersUnderWay(Conflict):
    code = "orders_under_way"
    message = "An order is still under way. It has to be delivered or cancelled first."


class TooManyUnpaid(Conflict):
    """Refuse an order beyond what a customer, or those of one network, may hold before it is paid."""

    code = "too_many_unpaid"

    def __init__(self, *, is_proven: bool) -> None:
        way_out = "" if is_proven else ", or prove your e-mail address"
        super().__init__(f"Too many orders wait for their payment. Pay or cancel one{way_out}, then order again.")


class TooManyPieces(Conflict):
    """Refuse an order of more pieces than this customer may hold before they are paid: ``limit``."""

    code = "too_many_pieces"

    def __init__(self, *, limit: int, is_proven: bool) -> None:
        way_out = "" if is_proven else ", prove your e-mail address"
        detail = f"You can order at most {limit} pieces at once. Order fewer{way_out}, or ask the shop."
        super().__init__(detail, limit=limit)
