"""Refusals of this app."""

from utils.errors import Conflict, Invalid, NotFound


class CartNotFound(NotFound):
    code = "cart_not_found"
    message = "There is no such cart."


class CartItemNotFound(NotFound):
    code = "cart_item_not_found"
    message = "The cart has no such item."


class QuantityOutOfRange(Invalid):
    code = "quantity_out_of_range"


class CartFull(Conflict):
    code = "cart_full"
