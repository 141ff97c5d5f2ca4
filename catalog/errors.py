"""Refusals of this app."""

from utils.errors import Conflict, Invalid, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"
    message = "There is no such product."


class CategoryNotFound(NotFound):
    code = "category_not_found"
    message = "There is no such category."


class SlugTaken(Conflict):
    code = "slug_taken"
    message = "Another product has this slug."


class CategoryInUse(Conflict):
    code = "category_in_use"
    message = "The category still has products or categories in it."


class BadPrice(Invalid):
    code = "bad_price"
    message = "The price has more decimals than its currency."
