"""Limit how much a seller may put up for sale, so that no seller fills the shop's disks.

The limits per seller do not apply to staff. ``THROTTLE_RATE_SCALE`` multiplies the limits per day. Only stored rows
count, so a refused request uses up nothing. The limit of pictures per product is in ``catalog.services``.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.services import account_lock
from catalog.errors import QuotaReached
from catalog.models import Product, ProductImage

VARIANTS_OF_PRODUCT = 250
PRODUCTS_OF_SELLER = 2000
# Products and pictures per day: of an approved seller, and of one who awaits approval. A picture takes up to 10 MB.
_PRODUCTS_A_DAY, _PRODUCTS_OF_NEWCOMER = 200, 10
_PICTURES_A_DAY, _PICTURES_OF_NEWCOMER = 400, 40
_DAY = timedelta(hours=24)


def require_room_for_product(*, actor: User) -> None:
    """Raise ``QuotaReached`` when ``actor`` already has as many products as a seller may, in all or in 24 hours.

    Lock the account first, so that the latest decision of staff about it counts. The calling code opens the
    transaction.
    """
    if actor.is_staff:
        return
    account_lock(user=actor)
    products = Product.objects.filter(seller=actor)
    if products.count() >= PRODUCTS_OF_SELLER:
        raise QuotaReached(what="A seller can have at most {limit} products.", limit=PRODUCTS_OF_SELLER)
    most = _a_day(_PRODUCTS_OF_NEWCOMER if actor.awaits_approval else _PRODUCTS_A_DAY)
    if products.filter(created_at__gt=timezone.now() - _DAY).count() >= most:
        raise QuotaReached(what="You can add at most {limit} products in 24 hours.", limit=most)


def require_room_for_pictures(*, actor: User, count: int) -> None:
    """Raise ``QuotaReached`` when ``count`` more pictures would exceed what a seller may attach in 24 hours.

    Lock the account as ``require_room_for_product`` does. The calling code opens the transaction.
    """
    if actor.is_staff:
        return
    account_lock(user=actor)
    most = _a_day(_PICTURES_OF_NEWCOMER if actor.awaits_approval else _PICTURES_A_DAY)
    since = timezone.now() - _DAY
    if ProductImage.objects.filter(product__seller=actor, created_at__gt=since).count() + count > most:
        raise QuotaReached(what="You can add at most {limit} pictures in 24 hours.", limit=most)


def require_room_for_variant(*, product: Product) -> None:
    """Raise ``QuotaReached`` when ``product`` already has as many variants as it may."""
    if product.variants.count() >= VARIANTS_OF_PRODUCT:
        raise QuotaReached(what="A product can have at most {limit} variants.", limit=VARIANTS_OF_PRODUCT)


def _a_day(count: int) -> int:
    """Multiply a limit per day by ``THROTTLE_RATE_SCALE``; the result is 1 at least."""
    return max(1, round(count * settings.THROTTLE_RATE_SCALE))
