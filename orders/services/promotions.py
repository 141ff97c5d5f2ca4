"""Count the orders that use a promotion, and give a use back when its order is cancelled.

The promotions' rows are locked in the order of their ids, after the order's row and before the stock.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import IntegrityError
from django.utils import timezone

from orders.errors import PromotionUsedUp
from orders.models import Order, PromotionUse
from orders.promotions import FoundPromotion
from utils.names import normalize_email
from utils.sql import fetch


class UseToCount(NamedTuple):
    """Hold a promotion that an order uses, and what it takes off in the order's currency."""

    found: FoundPromotion
    amount: Decimal


_COUNT = """
UPDATE "orders_promotion" SET "uses" = "uses" + 1 WHERE "id" = %s AND ("limit" IS NULL OR "uses" < "limit")
RETURNING "id"
""".strip()
_UNCOUNT = 'UPDATE "orders_promotion" SET "uses" = "uses" - 1 WHERE "id" = %s RETURNING "id"'
# Orders that use the promotion wait for its row, so that this statement counts those that came before.
_HOLD = """
INSERT INTO "orders_promotionuse" (
    "promotion_id", "code_id", "is_single_use", "order_id", "user_id", "email", "amount", "created_at"
) SELECT %s, %s, %s, %s, %s, %s, %s, %s WHERE %s > (
    SELECT COUNT(*) FROM "orders_promotionuse" "held" WHERE "held"."promotion_id" = %s
    AND "held"."released_at" IS NULL AND ("held"."user_id" = %s OR "held"."email" = %s)
) RETURNING "id"
""".strip()
_NO_LIMIT = 2**31


def promotions_use(order: Order, uses: Sequence[UseToCount]) -> None:
    """Count that ``order`` uses promotions, until the order is cancelled.

    Raise ``PromotionUsedUp`` when a limit of one of them is reached; the caller's transaction must end then.
    """
    for use in sorted(uses, key=lambda use: use.found.promotion.pk):
        if not fetch(_COUNT, use.found.promotion.pk):
            raise PromotionUsedUp(code=use.found.code)
        _hold(order, use)


def _hold(order: Order, use: UseToCount) -> None:
    found, email = use.found, normalize_email(order.email)
    values = [found.promotion.pk, found.code_id, found.is_single_use, order.pk, order.user_id, email, use.amount]
    limit = found.promotion.limit_per_customer
    customer = [found.promotion.pk, order.user_id, email or None]
    try:
        held = fetch(_HOLD, *values, timezone.now(), _NO_LIMIT if limit is None else limit, *customer)
    except IntegrityError as error:  # another order holds the single-use code
        raise PromotionUsedUp(code=found.code) from error
    if not held:
        raise PromotionUsedUp(code=found.code)


def promotions_release(order: Order) -> None:
    """Give back the uses of a cancelled order. A second call changes nothing."""
    if not used_promotions(order):
        return
    released = PromotionUse.objects.filter(order=order, released_at=None).order_by("promotion_id")
    for use in list(released):
        fetch(_UNCOUNT, use.promotion_id)
        use.released_at = timezone.now()
        use.save(update_fields=["released_at"])


def promotions_use_again(order: Order) -> None:
    """Count the uses of a cancelled order again, because it is reopened.

    Raise ``PromotionUsedUp`` when other orders have used a promotion up since.
    """
    if not used_promotions(order):
        return
    for use in list(PromotionUse.objects.filter(order=order, released_at__isnull=False).order_by("promotion_id")):
        if not fetch(_COUNT, use.promotion_id):
            raise PromotionUsedUp
        use.released_at = None
        try:
            use.save(update_fields=["released_at"])
        except IntegrityError as error:
            raise PromotionUsedUp from error


def used_promotions(order: Order) -> bool:
    """Return whether a promotion took anything off the order."""
    return any(step["kind"] == "promotion" for step in order.steps)
