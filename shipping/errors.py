"""Refusals of this app."""

from utils.errors import Invalid, NotFound


class ShippingMethodUnknown(Invalid):
    code = "shipping_method_unknown"
    message = "This shipping method is not offered in the cart's currency."


class AddressNotFound(NotFound):
    code = "address_not_found"
    message = "There is no such address."
