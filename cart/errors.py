"""The errors that the cart raises when it refuses a request."""

from utils.errors import Conflict, Invalid, NotFound


class CartNotFound(NotFound):
    code = "cart_not_found"
    message = "There is no such cart."


class CartItemNotFound(NotFound):
    code = "cart_item_not_found"
    message = "This item is not in the cart."


class QuantityOutOfRange(Invalid):
    code = "quantity_out_of_range"


class CartFull(Conflict):
    code = "cart_full"


class CodeNotFound(NotFound):
    code = "promotion_code_not_found"
    message = "This code has not been entered in the cart."


class TooManyCodes(Conflict):
    code = "too_many_promotion_codes"
