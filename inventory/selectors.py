"""Read the available pieces, the products that run low, and whether balances match the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from catalog.models import Variant
from catalog.querysets import ProductQuerySet
from inventory.errors import StockItemNotFound
from inventory.models import Reservation, ReservationState, StockItem, StockMovement
from utils.sql import fetch, one_of

# By hand, because every page of a product asks for it.
_AVAILABLE = """SELECT variant_id, CAST(SUM(on_hand - reserved) AS bigint) FROM "inventory_stockitem"
WHERE variant_id {condition} GROUP BY variant_id
"""


def available_by_variant(variant_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of pieces for sale by variant id. Variants without a stock item are left out."""
    ids = list(variant_ids)
    if not ids:
        return {}
    condition, parameter = one_of(ids)
    rows = fetch(_AVAILABLE.format(condition=condition), parameter)
    return {next(row): next(row) for row in rows}


def with_stock(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Add the column ``stock``: the number of pieces for sale, or ``None`` when they are not counted."""
    sums = StockItem.objects.filter(variant=OuterRef("pk")).order_by().values("variant")
    left = Subquery(sums.annotate(left=Sum(F("on_hand") - F("reserved"))).values("left"), output_field=IntegerField())
    return variants.annotate(stock=Case(When(track_inventory=True, then=Coalesce(left, 0))))


@dataclass(frozen=True)
class Availability:
    """Hold how much of a product is for sale.

    ``stock`` is the number of counted pieces. ``in_stock`` is true when anything can be bought, counted or not.
    """

    stock: int
    in_stock: bool


def availability_by_product(product_ids: Iterable[int]) -> dict[int, Availability]:
    """Return the ``Availability`` of each product by product id, summed over its active variants, in one statement."""
    ids = list(product_ids)
    rows = (
        Variant.objects.filter(product__in=ids, is_active=True)
        .order_by()
        .values_list("product", "track_inventory")
        .annotate(left=Coalesce(Sum(F("stock_items__on_hand") - F("stock_items__reserved")), 0))
    )
    found = {pk: Availability(stock=0, in_stock=False) for pk in ids}
    for pk, is_counted, left in rows:
        known = found[pk]
        stock = known.stock + (left if is_counted else 0)
        found[pk] = Availability(stock=stock, in_stock=known.in_stock or not is_counted or left > 0)
    return found


def products_in_stock(products: ProductQuerySet, *, in_stock: bool) -> ProductQuerySet:
    """Keep the products that can be bought now, or with ``in_stock=False`` those that can't.

    Pieces that are not counted can always be bought.
    """
    variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    stocked = StockItem.objects.filter(variant=OuterRef("pk"), on_hand__gt=F("reserved"))
    buyable = variants.filter(Q(track_inventory=False) | Exists(stocked))
    return products.filter(Exists(buyable)) if in_stock else products.exclude(Exists(buyable))


def products_low_on_stock(products: ProductQuerySet, *, threshold: int) -> ProductQuerySet:
    """Keep the counted products with at most ``threshold`` pieces for sale, the scarcest first.

    The column ``left`` is added: the number of pieces for sale.
    """
    sums = (
        StockItem.objects.filter(variant__product=OuterRef("pk"), variant__is_active=True)
        .order_by()
        .values("variant__product")
        .annotate(left=Sum(F("on_hand") - F("reserved")))
    )
    counted = Variant.objects.filter(product=OuterRef("pk"), is_active=True, track_inventory=True)
    left = Coalesce(Subquery(sums.values("left"), output_field=IntegerField()), 0)
    return products.filter(Exists(counted)).annotate(left=left).filter(left__lte=threshold).order_by("left", "id")


def stock_items() -> QuerySet[StockItem]:
    """Select all stock items with their product and location, in id order."""
    return StockItem.objects.select_related("variant__product", "location").order_by("id")


def stock_item_get(item_id: int) -> StockItem:
    """Return a stock item. Raise ``StockItemNotFound`` when there is none with this id."""
    found = StockItem.objects.filter(pk=item_id).first()
    if found is None:
        raise StockItemNotFound
    return found


def movements() -> QuerySet[StockMovement]:
    """Select all movements, the newest first."""
    return StockMovement.objects.select_related("actor").order_by("-id")


@dataclass(frozen=True)
class Discrepancy:
    """Describe a stock item whose stored numbers differ from its ledger.

    ``moved`` is the sum of the movements, to compare with ``on_hand``. ``promised`` is the sum of the active
    reservations, to compare with ``reserved``.
    """

    stock_item: int
    on_hand: int
    moved: int
    reserved: int
    promised: int


def discrepancies() -> list[Discrepancy]:
    """Find every stock item whose sums differ from its movements or its active reservations. There must be none."""
    moved = _sum_for_item(StockMovement.objects.all())
    promised = _sum_for_item(Reservation.objects.filter(state=ReservationState.ACTIVE))
    rows = StockItem.objects.annotate(moved=moved, promised=promised).exclude(
        on_hand=F("moved"), reserved=F("promised")
    )
    return [
        Discrepancy(
            stock_item=row.pk, on_hand=row.on_hand, moved=row.moved, reserved=row.reserved, promised=row.promised
        )
        for row in rows.order_by("pk")
    ]


def _sum_for_item(rows: QuerySet) -> Coalesce:
    """Sum the quantities of the ``rows`` that belong to the outer query's stock item; 0 without rows."""
    sums = rows.filter(stock_item=OuterRef("pk")).order_by().values("stock_item").annotate(total=Sum("quantity"))
    return Coalesce(Subquery(sums.values("total"), output_field=IntegerField()), 0)
