"""The errors that shipping raises when it refuses a request."""

from utils.errors import Invalid, NotFound


class ShippingMethodUnknown(Invalid):
    code = "shipping_method_unknown"
    message = "This shipping method is not available in the cart's currency."


class AddressNotFound(NotFound):
    code = "address_not_found"
    message = "There is no such address."
