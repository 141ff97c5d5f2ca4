"""The errors that the catalogue raises when it refuses something."""

from utils.errors import Conflict, Denied, Invalid, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"
    message = "There is no such product."


class ProductDenied(Denied):
    code = "product_denied"
    message = "This product belongs to somebody else."


class OwnProduct(Denied):
    code = "own_product"
    message = "You can't review a product that you sell."


class QuotaReached(Conflict):
    """Report that a change would exceed a quota. ``what`` is the message, with ``{limit}`` in place of the number."""

    code = "quota_reached"

    def __init__(self, *, what: str, limit: int) -> None:
        super().__init__(what.format(limit=limit), limit=limit)


class CategoryNotFound(NotFound):
    code = "category_not_found"
    message = "There is no such category."


class SlugTaken(Conflict):
    code = "slug_taken"
    message = "This slug is taken."
    field = "slug"


class BadSlug(Invalid):
    """Report that a slug can't be used. ``detail`` says why (``utils.slugs.fault_of``)."""

    code = "bad_slug"
    field = "slug"


class CategoryTooDeep(Invalid):
    code = "category_too_deep"
    message = "Categories can't be nested any deeper."


class CategoryInUse(Conflict):
    """Report that a category can't be deleted, because something is in it.

    ``products`` and ``categories`` count what is in it, without archived products.
    """

    code = "category_in_use"
    message = "The category still has products or categories in it."


class BadPrice(Invalid):
    code = "bad_price"
    message = "The price has more decimals than its currency."


class TierOfOnePiece(Invalid):
    code = "tier_of_one_piece"
    message = "A tier for everybody begins with 2 pieces. For one, change the price."
    field = "min_quantity"


class TierNotFound(NotFound):
    code = "tier_not_found"
    message = "There is no such tier."


class BadPayoutPhone(Invalid):
    code = "bad_payout_phone"
    message = "This is not the number of a mobile phone in Kenya."


class NotForSale(Conflict):
    code = "not_for_sale"
    message = "This product is not for sale just now."


class VariantNeeded(Invalid):
    code = "variant_needed"
    message = "This product comes in several variants. Please choose one."


class VariantExists(Conflict):
    code = "variant_exists"
    message = "The product already has a variant with these options."
    field = "options"


class VariantNotFound(NotFound):
    code = "variant_not_found"
    message = "There is no such variant."


class ReviewNotFound(NotFound):
    code = "review_not_found"
    message = "There is no such review."


class StillSelling(Conflict):
    code = "still_selling"
    message = "This account still has products on sale. Archive them first."
