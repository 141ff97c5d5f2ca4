"""Refusals of this app."""

from utils.errors import Conflict, Invalid, NotFound


class CartNotFound(NotFound):
    code = "cart_not_found"
    message = "There is no such cart."


class CartItemNotFound(NotFound):
    code = "cart_item_not_found"
    message = "The cart has no such item."


class NotForSale(Conflict):
    code = "not_for_sale"
    message = "This is not for sale just now."


class VariantNeeded(Invalid):
    code = "variant_needed"
    message = "The product comes in variants: name one."


class QuantityOutOfRange(Invalid):
    code = "quantity_out_of_range"


class CartFull(Conflict):
    code = "cart_full"
