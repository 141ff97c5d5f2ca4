"""Create and change promotions and their codes, for staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from catalog.models import Category, Product, Variant
from orders.errors import CodeTaken, PromotionInUse, PromotionInvalid, PromotionItemUnknown
from orders.models import Promotion, PromotionCode, PromotionItem, PromotionUse
from utils.numbers import new_number

_MODELS: dict[str, type[Model]] = {"category_id": Category, "product_id": Product, "variant_id": Variant}


class PromotionChanges(TypedDict, total=False):
    """Define the fields of a promotion that staff can set (``orders.models.Promotion``)."""

    name: str
    kind: str
    value: Decimal
    currency: str
    buy_quantity: int
    get_quantity: int
    scope: str
    needs_code: bool
    minimum_amount: Decimal | None
    minimum_quantity: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    limit: int | None
    limit_per_customer: int | None
    priority: int
    is_combinable: bool
    is_active: bool


class NamedItems(TypedDict, total=False):
    """Define the items that a promotion is for, by their ids."""

    categories: Sequence[int]
    products: Sequence[int]
    variants: Sequence[int]


def promotion_create(*, items: NamedItems, **fields: Unpack[PromotionChanges]) -> Promotion:
    """Create a promotion. Raise ``PromotionInvalid`` or ``PromotionItemUnknown``."""
    with transaction.atomic():
        promotion = Promotion(**fields)
        _save(promotion)
        _name_items(promotion, items)
    return promotion


def promotion_update(*, promotion: Promotion, items: NamedItems, **fields: Unpack[PromotionChanges]) -> Promotion:
    """Change a promotion. Orders keep what they were given.

    ``items`` has the kinds of items to replace. Raise ``PromotionInvalid``, also for a limit that is below the number
    of orders that use it already, or ``PromotionItemUnknown``.
    """
    with transaction.atomic():
        locked = Promotion.objects.select_for_update().get(pk=promotion.pk)
        for name, value in fields.items():
            setattr(locked, name, value)
        _save(locked)
        _name_items(locked, items)
    return locked


def promotion_delete(*, promotion: Promotion) -> None:
    """Delete a promotion that no order has used. Raise ``PromotionInUse`` for any other; it can be made inactive."""
    with transaction.atomic():
        Promotion.objects.select_for_update().get(pk=promotion.pk)
        if PromotionUse.objects.filter(promotion=promotion).exists():
            raise PromotionInUse
        promotion.delete()


def _save(promotion: Promotion) -> None:
    try:
        promotion.full_clean(validate_unique=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise PromotionInvalid(messages[0], field="" if field == "__all__" else field) from error
    promotion.save()


def _name_items(promotion: Promotion, items: NamedItems) -> None:
    """Replace the kinds of items in ``items``."""
    columns = {"categories": "category_id", "products": "product_id", "variants": "variant_id"}
    for kind, column in columns.items():
        if kind not in items:
            continue
        ids: Iterable[int] = dict.fromkeys(items[kind])  # type: ignore[literal-required]
        promotion.items.exclude(**{column: None}).delete()
        known = _known(column, ids)
        if missing := [number for number in ids if number not in known]:
            raise PromotionItemUnknown(field=kind, missing=missing)
        PromotionItem.objects.bulk_create(PromotionItem(promotion=promotion, **{column: number}) for number in ids)


def _known(column: str, ids: Iterable[int]) -> set[int]:
    return set(_MODELS[column]._default_manager.filter(pk__in=list(ids)).values_list("pk", flat=True))


def code_create(*, promotion: Promotion, code: str, is_single_use: bool = False) -> PromotionCode:
    """Add a code, in capitals, to a promotion. Raise ``CodeTaken`` when any promotion has it."""
    try:
        with transaction.atomic():
            return PromotionCode.objects.create(promotion=promotion, code=code, is_single_use=is_single_use)
    except IntegrityError as error:
        raise CodeTaken(field="code") from error


def codes_generate(*, promotion: Promotion, count: int, prefix: str = "") -> list[PromotionCode]:
    """Add ``count`` random codes that begin with ``prefix`` to a promotion; each is good for one order."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(prefix + new_number())
    rows = [PromotionCode(promotion=promotion, code=code, is_single_use=True) for code in sorted(codes)]
    return PromotionCode.objects.bulk_create(rows, batch_size=1000)
