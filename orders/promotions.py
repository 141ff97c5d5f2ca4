"""Read the promotions that a customer can use now, and tell why others can't be used."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from orders.models import Promotion, PromotionScope
from orders.pricing import LeftOut, PromotionKind, PromotionRule
from utils.sql import JOIN_TEXTS, ModelColumns, places
from utils.trips import send

_PROMOTION = ModelColumns(Promotion)


class CodeProblem(StrEnum):
    """List why a promotion can't be used, besides the reasons in ``orders.pricing.LeftOut``."""

    UNKNOWN = "unknown"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    OTHER_CURRENCY = "other_currency"
    USED_UP = "used_up"
    USED_BY_CUSTOMER = "used_by_customer"


_MESSAGES: dict[CodeProblem | LeftOut, str] = {
    CodeProblem.UNKNOWN: "There is no such code.",
    CodeProblem.NOT_STARTED: "This code can't be used yet.",
    CodeProblem.ENDED: "This code has expired.",
    CodeProblem.OTHER_CURRENCY: "This code is for another currency.",
    CodeProblem.USED_UP: "This code has been used up.",
    CodeProblem.USED_BY_CUSTOMER: "You have used this code before.",
    LeftOut.NO_ITEMS: "Nothing in the cart is among the items that this code is for.",
    LeftOut.MINIMUM_AMOUNT: "The items that this code is for cost less than the code asks for.",
    LeftOut.MINIMUM_QUANTITY: "The cart holds fewer pieces than this code asks for.",
    LeftOut.BETTER_OFFER: "This code can't be combined with the other offers, which save you more.",
    LeftOut.NOTHING_TO_TAKE_OFF: "There is nothing left that this code could reduce.",
}


def message_of(problem: CodeProblem | LeftOut) -> str:
    """Return what to tell a customer whose code can't be used."""
    return _MESSAGES[problem]


@dataclass(frozen=True)
class FoundPromotion:
    """Hold an active promotion and what is known of this customer's use of it.

    ``code`` is the code that was entered for it, and ``code_id`` its row; empty and ``None`` for an automatic
    promotion. ``is_code_used``: an order holds the single-use code. ``customer_uses`` counts the customer's orders that
    use the promotion, where that is limited. ``items`` are those that it names: pairs of a kind and an id or a path.
    """

    promotion: Promotion
    code: str
    code_id: int | None
    is_single_use: bool
    is_code_used: bool
    customer_uses: int
    items: Sequence[tuple[str, str]]

    def problem(self, *, currency: str, now: datetime) -> CodeProblem | LeftOut | None:
        """Return why no cart in ``currency`` can use the promotion at ``now`` (UTC), or ``None`` when one can."""
        promotion = self.promotion
        if promotion.starts_at is not None and now < promotion.starts_at:
            return CodeProblem.NOT_STARTED
        if promotion.ends_at is not None and now >= promotion.ends_at:
            return CodeProblem.ENDED
        if promotion.currency not in {"", currency}:
            return CodeProblem.OTHER_CURRENCY
        if self.is_code_used or (promotion.limit is not None and promotion.uses >= promotion.limit):
            return CodeProblem.USED_UP
        if promotion.limit_per_customer is not None and self.customer_uses >= promotion.limit_per_customer:
            return CodeProblem.USED_BY_CUSTOMER
        if promotion.scope == PromotionScope.ITEMS and not self.items:
            return LeftOut.NO_ITEMS
        return None

    def rule(self) -> PromotionRule:
        """Return the promotion as the pricing takes it."""
        promotion = self.promotion
        return PromotionRule(
            id=promotion.pk,
            name=promotion.name,
            kind=PromotionKind(promotion.kind),
            value=promotion.value,
            buy_quantity=promotion.buy_quantity,
            get_quantity=promotion.get_quantity,
            is_for_order=promotion.scope == PromotionScope.ORDER,
            categories=frozenset(value for kind, value in self.items if kind == "category"),
            products=frozenset(int(value) for kind, value in self.items if kind == "product"),
            variants=frozenset(int(value) for kind, value in self.items if kind == "variant"),
            minimum_amount=promotion.minimum_amount,
            minimum_quantity=promotion.minimum_quantity,
            is_combinable=promotion.is_combinable,
            priority=promotion.priority,
            code=self.code,
        )


def promotions_read(*, codes: Sequence[str], user_id: int | None, email: str) -> Callable[[], list[FoundPromotion]]:
    """Ask for the active promotions that need no code, and for those of ``codes``. One statement reads them.

    The customer's uses are those of ``user_id`` or, for guests and customers alike, of the folded ``email``. Return a
    function that reads the answer, so that it may be asked for in ``utils.trips.one_trip``.
    """
    rows = send(_statement(len(codes)), [user_id, email or None, *codes])
    return lambda: list(_one_of_each(rows()))


def _one_of_each(rows: Iterable[tuple[Any, ...]]) -> Iterable[FoundPromotion]:
    """Read the rows; of a promotion with two entered codes take the first that is not used."""
    found: dict[int, FoundPromotion] = {}
    for each in map(_found, rows):
        if each.promotion.pk not in found or found[each.promotion.pk].is_code_used:
            found[each.promotion.pk] = each
    return found.values()


def _found(columns: tuple[Any, ...]) -> FoundPromotion:
    row = iter(columns)
    promotion = _PROMOTION.instance(row)
    code_id, code, is_single_use, is_code_used, customer_uses, items = row
    return FoundPromotion(
        promotion=promotion,
        code=code or "",
        code_id=code_id,
        is_single_use=bool(is_single_use),
        is_code_used=bool(is_code_used),
        customer_uses=customer_uses or 0,
        items=[(kind, value) for kind, _, value in (item.partition(":") for item in (items or "").split())],
    )


def _statement(codes: int) -> str:
    entered = f'AND "code"."code" IN ({places(codes)})' if codes else "AND FALSE"
    return f"""{_READ} {entered}
WHERE "promotion"."is_active" AND (NOT "promotion"."needs_code" OR "code"."id" IS NOT NULL)
ORDER BY "promotion"."priority", "promotion"."id", "code"."id"
"""


_ITEMS = f"""{JOIN_TEXTS}(CASE WHEN "item"."category_id" IS NOT NULL THEN 'category:' || "category"."path"
WHEN "item"."product_id" IS NOT NULL THEN 'product:' || "item"."product_id"
ELSE 'variant:' || "item"."variant_id" END, ' ')"""
_HELD = 'FROM "orders_promotionuse" "held" WHERE "held"."released_at" IS NULL AND "held"'
_READ = f"""
SELECT {_PROMOTION.of('"promotion"')}, "code"."id", "code"."code", "code"."is_single_use",
CASE WHEN "code"."is_single_use" THEN EXISTS (SELECT 1 {_HELD}."code_id" = "code"."id") END,
CASE WHEN "promotion"."limit_per_customer" IS NOT NULL THEN (
    SELECT COUNT(*) {_HELD}."promotion_id" = "promotion"."id" AND ("held"."user_id" = %s OR "held"."email" = %s)
) END,
CASE WHEN "promotion"."scope" = 'items' THEN (
    SELECT {_ITEMS} FROM "orders_promotionitem" "item"
    LEFT JOIN "catalog_category" "category" ON "category"."id" = "item"."category_id"
    WHERE "item"."promotion_id" = "promotion"."id"
) END
FROM "orders_promotion" "promotion"
LEFT JOIN "orders_promotioncode" "code" ON "code"."promotion_id" = "promotion"."id" """.strip()  # noqa: S608 - columns
