"""The errors that shipping raises when it refuses a request."""

from typing import Any

from utils.errors import Conflict, Invalid, NotFound


class ShippingMethodUnknown(Invalid):
    code = "shipping_method_unknown"
    message = "This shipping method is not offered for what is in the cart, in its currency, to this place."


class NotDeliverable(Conflict):
    """Report that no shipping method sends a parcel to its place.

    ``max_weight_grams``: what the heaviest parcel to that place may weigh, if the parcel is only too heavy.
    """

    code = "not_deliverable"

    def __init__(
        self, *, country: str, postal_code: str, weight_grams: int = 0, max_weight_grams: int | None = None
    ) -> None:
        place = f"{country} {postal_code}".strip()
        where: dict[str, Any] = {"country": country, "postal_code": postal_code}
        if max_weight_grams is not None:
            detail = f"This order weighs {weight_grams} g, and we send at most {max_weight_grams} g"
            detail += f" to {place}." if place else "."
            where |= {"weight_grams": weight_grams, "max_weight_grams": max_weight_grams}
        elif country:
            detail = f"We don't send this order to {place}."
        else:
            detail = "We can't send this order without knowing its country."
        super().__init__(detail, **where)


class PickupNotNamed(Conflict):
    """Report that an order can only be collected, by the methods in ``shipping_methods``, and names none of them."""

    code = "pickup_not_named"
    message = "This order can only be collected from the shop. Name the shipping method to order it like that."


class AddressNotFound(NotFound):
    code = "address_not_found"
    message = "There is no such address."
