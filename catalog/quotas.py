"""How much is put up for sale, so that no seller fills the shop's disks.

What counts by seller does not hold for staff. ``THROTTLE_RATE_SCALE`` multiplies what counts by day. Counted is what is
there: what was refused costs nobody anything. The bound on a product's pictures is in ``catalog.services``.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.services import account_hold
from catalog.errors import QuotaReached
from catalog.models import Product, ProductImage

VARIANTS_OF_PRODUCT = 250
PRODUCTS_OF_SELLER = 2000
# A day's products and pictures of a seller, and of one who awaits approval. A picture is stored with up to 10 MB.
_PRODUCTS_A_DAY, _PRODUCTS_OF_NEWCOMER = 200, 10
_PICTURES_A_DAY, _PICTURES_OF_NEWCOMER = 400, 40
_DAY = timedelta(hours=24)


def require_room_for_product(*, actor: User) -> None:
    """Raise ``QuotaReached`` where ``actor`` has put up as much as a seller may, in all or in a day.

    The account is locked, so that what staff have just decided about it counts. The caller holds the transaction.
    """
    if actor.is_staff:
        return
    account_hold(user=actor)
    products = Product.objects.filter(seller=actor)
    if products.count() >= PRODUCTS_OF_SELLER:
        raise QuotaReached(what="A seller has at most {limit} products.", limit=PRODUCTS_OF_SELLER)
    most = _a_day(_PRODUCTS_OF_NEWCOMER if actor.awaits_approval else _PRODUCTS_A_DAY)
    if products.filter(created_at__gt=timezone.now() - _DAY).count() >= most:
        raise QuotaReached(what="You can put up {limit} products in 24 hours.", limit=most)


def require_room_for_pictures(*, actor: User, count: int) -> None:
    """Raise ``QuotaReached`` where ``actor`` would attach more pictures than a seller may in a day.

    The account is locked as above. The caller holds the transaction.
    """
    if actor.is_staff:
        return
    account_hold(user=actor)
    most = _a_day(_PICTURES_OF_NEWCOMER if actor.awaits_approval else _PICTURES_A_DAY)
    since = timezone.now() - _DAY
    if ProductImage.objects.filter(product__seller=actor, created_at__gt=since).count() + count > most:
        raise QuotaReached(what="You can attach {limit} pictures in 24 hours.", limit=most)


def require_room_for_variant(*, product: Product) -> None:
    """Raise ``QuotaReached`` where a product has as many variants as it may."""
    if product.variants.count() >= VARIANTS_OF_PRODUCT:
        raise QuotaReached(what="A product has at most {limit} variants.", limit=VARIANTS_OF_PRODUCT)


def _a_day(count: int) -> int:
    return max(1, round(count * settings.THROTTLE_RATE_SCALE))
