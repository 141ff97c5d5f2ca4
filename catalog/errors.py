"""Refusals of this app."""

from utils.errors import Conflict, Denied, Invalid, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"
    message = "There is no such product."


class ProductDenied(Denied):
    code = "product_denied"
    message = "This product is somebody else's."


class OwnProduct(Denied):
    code = "own_product"
    message = "Sellers don't review what they sell."


class QuotaReached(Conflict):
    """Refuse what would exceed a quota. ``what`` says which one, with ``{limit}`` in its place."""

    code = "quota_reached"

    def __init__(self, *, what: str, limit: int) -> None:
        super().__init__(what.format(limit=limit), limit=limit)


class CategoryNotFound(NotFound):
    code = "category_not_found"
    message = "There is no such category."


class SlugTaken(Conflict):
    code = "slug_taken"
    message = "Another one has this slug."
    field = "slug"


class BadSlug(Invalid):
    """``detail``: see ``utils.slugs.fault_of``."""

    code = "bad_slug"
    field = "slug"


class CategoryTooDeep(Invalid):
    code = "category_too_deep"
    message = "Categories can't be nested any deeper."


class CategoryInUse(Conflict):
    """``products`` and ``categories``: how many are in it, archived products left out."""

    code = "category_in_use"
    message = "The category still has products or categories in it."


class BadPrice(Invalid):
    code = "bad_price"
    message = "The price has more decimals than its currency."


class BadPayoutPhone(Invalid):
    code = "bad_payout_phone"
    message = "This is not the number of a mobile phone in Kenya."


class NotForSale(Conflict):
    code = "not_for_sale"
    message = "This is not for sale just now."


class VariantNeeded(Invalid):
    code = "variant_needed"
    message = "The product comes in variants: name one."


class VariantExists(Conflict):
    code = "variant_exists"
    message = "The product has a variant with these options already."
    field = "options"


class VariantNotFound(NotFound):
    code = "variant_not_found"
    message = "There is no such variant."


class ReviewNotFound(NotFound):
    code = "review_not_found"
    message = "There is no such review."


class StillSelling(Conflict):
    code = "still_selling"
    message = "Products of this account are on sale. Archive them first."
