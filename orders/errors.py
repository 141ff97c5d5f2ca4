"""The errors that orders raise when they refuse a request."""

from decimal import Decimal

from utils.errors import Conflict, Denied, Invalid, NotFound, Unauthenticated


class OrderNotFound(NotFound):
    code = "order_not_found"
    message = "There is no such order."


class OrderTokenRefused(Unauthenticated):
    code = "order_token_refused"
    message = "This order token is wrong, or the order belongs to an account now: then sign in to see it."


class CartEmpty(Invalid):
    code = "cart_empty"
    message = "The cart is empty."


class LineNotForSale(Conflict):
    """Report that an order holds variants that are no longer for sale; ``items`` lists their ids."""

    code = "not_for_sale"
    message = "Something in the cart is no longer for sale."


class OrderTooLarge(Conflict):
    code = "order_too_large"
    message = "The order's total is too large. Please split it into several orders."


class PromotionCodeRefused(Conflict):
    """Report that a promotion code can't be used; ``reason`` says why (``orders.promotions.CodeProblem``)."""

    code = "promotion_code_refused"

    def __init__(self, message: str, *, code: str, reason: str) -> None:
        super().__init__(message, promotion_code=code, reason=reason)


class PromotionUsedUp(Conflict):
    """Report that other orders used a promotion up while this one was placed."""

    code = "promotion_used_up"
    message = "A promotion of this order has just been used up. Please look at the new total."

    def __init__(self, *, code: str = "") -> None:
        super().__init__(promotion_code=code)


class PromotionNotFound(NotFound):
    code = "promotion_not_found"
    message = "There is no such promotion."


class PromotionInvalid(Invalid):
    code = "promotion_invalid"


class PromotionItemUnknown(Invalid):
    """Report that a promotion names items that don't exist; ``missing`` lists their ids."""

    code = "promotion_item_unknown"
    message = "Some of these don't exist."


class PromotionInUse(Conflict):
    code = "promotion_in_use"
    message = "Orders have used this promotion, so it can't be deleted. Make it inactive instead."


class CodeTaken(Conflict):
    code = "promotion_code_taken"
    message = "This code exists already."


class PriceChanged(Conflict):
    """Report that an order's total differs from the total that the customer was shown."""

    code = "price_changed"
    message = "The total has changed since it was shown."

    def __init__(self, *, expected: Decimal, total: Decimal) -> None:
        super().__init__(expected=str(expected), total=str(total))


class CurrencyDiffers(Invalid):
    """Report that an order's currency differs from the currency that the customer named."""

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
        "The order is not fully paid, and its payment method is not one that is paid later. "
        "Only staff who may move unpaid orders can move it on, with a reason."
    )


class ReasonNeeded(Invalid):
    code = "reason_needed"

    def __init__(self) -> None:
        super().__init__("The order is not fully paid. Give a reason to move it on anyway.", field="reason")


class CancelRefused(Denied):
    code = "cancel_refused"
    message = "Only an unpaid order that is still pending can be cancelled by its customer."


class HideRefused(Conflict):
    code = "hide_refused"
    message = "An order that was paid or sent can't be removed. Please ask for a refund instead."


class OrdersUnderWay(Conflict):
    code = "orders_under_way"
    message = "An order is still under way. It has to be delivered or cancelled first."


class TooManyUnpaid(Conflict):
    """Report that the unpaid orders of a customer, or of all customers at one IP address, would exceed a limit.

    ``way_out`` tells what raises the limit; empty when nothing does.
    """

    code = "too_many_unpaid"

    def __init__(self, *, way_out: str) -> None:
        hint = f", or {way_out}" if way_out else ""
        super().__init__(f"Too many orders are waiting for payment. Pay or cancel one{hint}, then order again.")


class TooManyUnpaidPieces(Conflict):
    """Report that an order has more pieces than its customer may reserve before paying; ``limit`` is the maximum.

    ``way_out`` tells what raises the limit; empty when nothing does.
    """

    code = "too_many_pieces"

    def __init__(self, *, limit: int, way_out: str) -> None:
        hint = f", {way_out}" if way_out else ""
        detail = f"You can order at most {limit} pieces at once. Order fewer{hint}, or ask the shop."
        super().__init__(detail, limit=limit)
