"""How much is put up for sale, so that no seller fills the shop's disks.

A product's own bounds hold for everybody; the others for sellers, not for staff. ``THROTTLE_RATE_SCALE`` multiplies
what counts by day.
"""

from django.conf import settings

from accounts.models import User
from catalog.errors import QuotaReached
from catalog.models import Product
from utils.limits import Limit, spend

PICTURES_OF_PRODUCT = 250
VARIANTS_OF_PRODUCT = 250
PRODUCTS_OF_SELLER = 2000
# A day's products and pictures of a seller, and of one who awaits approval. A picture is stored with up to 10 MB.
_PRODUCTS_A_DAY, _PRODUCTS_OF_NEWCOMER = 200, 10
_PICTURES_A_DAY, _PICTURES_OF_NEWCOMER = 400, 40
_DAY = 24 * 60 * 60


def product_count(*, actor: User) -> None:
    """Count a product that ``actor`` is about to put up. Raises ``QuotaReached`` or ``TooManyRequests``."""
    if actor.is_staff:
        return
    if Product.objects.filter(seller=actor).count() >= PRODUCTS_OF_SELLER:
        raise QuotaReached(what="A seller has at most {limit} products.", limit=PRODUCTS_OF_SELLER)
    most = _PRODUCTS_OF_NEWCOMER if actor.awaits_approval else _PRODUCTS_A_DAY
    spend(_a_day("products-by-seller", most), str(actor.pk))


def pictures_count(*, actor: User, product: Product, count: int) -> None:
    """Count pictures that ``actor`` is about to attach. Raises ``QuotaReached`` or ``TooManyRequests``."""
    if product.images.count() + count > PICTURES_OF_PRODUCT:
        raise QuotaReached(what="A product has at most {limit} pictures.", limit=PICTURES_OF_PRODUCT)
    if actor.is_staff:
        return
    most = _PICTURES_OF_NEWCOMER if actor.awaits_approval else _PICTURES_A_DAY
    for _ in range(count):
        spend(_a_day("pictures-by-seller", most), str(actor.pk))


def variant_count(*, product: Product) -> None:
    """Raise ``QuotaReached`` where a product has as many variants as it may."""
    if product.variants.count() >= VARIANTS_OF_PRODUCT:
        raise QuotaReached(what="A product has at most {limit} variants.", limit=VARIANTS_OF_PRODUCT)


def _a_day(name: str, count: int) -> Limit:
    return Limit(name, count=max(1, round(count * settings.THROTTLE_RATE_SCALE)), seconds=_DAY)
