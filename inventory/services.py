"""Write stock. No other code changes a stock item's pieces on hand or reserved.

Every function locks the stock items that it needs in id order (``StockItemQuerySet.locked``), and then changes them
with an UPDATE whose WHERE clause checks again that there are enough pieces. A CHECK constraint of the table guards
against mistakes in both. The calling code opens the transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from django.db import connection, transaction
from django.db.models import Case, F, Sum, Value, When
from django.utils import timezone

from accounts.models import User
from catalog.models import Variant
from inventory.errors import OutOfStock, Shortage, StockTooLarge, StockWouldFallShort
from inventory.listings import availability_refresh, unlisted_variants
from inventory.models import MAX_PIECES, Location, MovementKind, Reservation, ReservationState, StockItem, StockMovement
from inventory.selectors import available_by_variant
from inventory.signals import stock_depleted
from utils.events import publish
from utils.sql import FOR_UPDATE, among, fetch, places
from utils.trips import insert

DEFAULT_LOCATION = "Main"
_LONGEST_NOTE = 255
# By hand, because only so an UPDATE tells how many pieces are now for sale.
_ADJUST = """
UPDATE inventory_stockitem SET on_hand = on_hand + %s
WHERE id = %s AND on_hand >= reserved + %s AND on_hand <= %s RETURNING on_hand - reserved
"""


def default_location() -> Location:
    """Return the location that gets pieces when none is named. It is created at the first use."""
    location = Location.objects.first()
    return location or Location.objects.get_or_create(name=DEFAULT_LOCATION)[0]


def stock_item_for(*, variant: Variant, location: Location | None = None) -> StockItem:
    """Return the stock item of a variant at a location (or else the default location); create it if there is none."""
    return StockItem.objects.get_or_create(variant=variant, location=location or default_location())[0]


def stock_reserve(*, reference: str, quantities: Mapping[int, int]) -> None:
    """Reserve pieces for the order with the number ``reference``: all of them or none.

    ``quantities`` maps the ids of counted variants (``track_inventory``) to pieces, summed over the order's lines. Call
    it as late in the transaction as possible, because other orders on the same variants wait until the transaction
    ends. Raise ``OutOfStock`` with every shortage when there are too few pieces.
    """
    if not quantities:
        return
    params = [pair for item in quantities.items() for pair in item]
    taken = [tuple(row) for row in fetch(_take_first(len(quantities)), *params, *quantities, *params)]
    plan = {pk: quantities[variant] for pk, variant, _ in taken}
    emptied = {variant for _, variant, left in taken if not left}
    missing = {variant: quantities[variant] for variant in quantities.keys() - {variant for _, variant, _ in taken}}
    if missing:
        plan |= _take_anywhere(missing)
    insert(*[Reservation(stock_item_id=pk, reference=reference, quantity=pieces) for pk, pieces in plan.items()])
    _announce_depleted(emptied | missing.keys())
    availability_refresh(variant_ids=emptied | missing.keys())


@cache
def _take_first(variants: int) -> str:
    """Build the statement that reserves pieces of so many variants, each at the first location that has the variant.

    It locks every stock item of the variants in id order first: ``among`` runs that subquery once, before any row is
    looked at. It leaves those variants out of which the first location has too few pieces, and returns the others'
    stock items with the pieces that are left there.
    """
    of_variants = f'"variant_id" IN ({places(variants)})'
    locked = f'SELECT "id" FROM "inventory_stockitem" WHERE {of_variants} ORDER BY "id" {FOR_UPDATE}'  # noqa: S608
    pieces = f"""CASE "variant_id" {"WHEN %s THEN %s " * variants}END"""
    return f"""
UPDATE "inventory_stockitem" SET "reserved" = "reserved" + {pieces}
WHERE "id" {among(locked)} AND "on_hand" >= "reserved" + {pieces} AND "id" = (
    SELECT "item"."id" FROM "inventory_stockitem" "item"
    JOIN "inventory_location" "location" ON "location"."id" = "item"."location_id"
    WHERE "item"."variant_id" = "inventory_stockitem"."variant_id"
    ORDER BY "location"."priority", "item"."id" LIMIT 1
) RETURNING "id", "variant_id", "on_hand" - "reserved"
""".strip()  # noqa: S608 - no value is part of the text


def _take_anywhere(quantities: Mapping[int, int]) -> dict[int, int]:
    """Reserve pieces at as many locations as needed, and return how many of each stock item (by id)."""
    items = list(StockItem.objects.of_variants(quantities).select_related("location").locked())
    plan = _plan(items, quantities)
    _change(plan, reserved=+1)
    return plan


def stock_commit(*, reference: str) -> None:
    """Let the pieces that are reserved for ``reference`` leave the shop. A second call changes nothing."""
    taken = _close(reference, ReservationState.COMMITTED)
    if taken:
        list(StockItem.objects.filter(pk__in=taken).locked())
        _change(taken, reserved=-1, on_hand=-1)
        _record(taken, kind=MovementKind.SALE, sign=-1, reference=reference)


def stock_release(*, reference: str) -> None:
    """Put the pieces that are reserved for ``reference`` back on sale.

    A second call, or a call after ``stock_commit``, changes nothing.
    """
    freed = _close(reference, ReservationState.RELEASED)
    if freed:
        _put_back(freed, reserved=-1)


def stock_restock(*, reference: str) -> None:
    """Put the pieces that had left for ``reference`` back into stock, after its order was cancelled.

    Repeating it does nothing.
    """
    rows = list(
        Reservation.objects.select_for_update()
        .filter(reference=reference, state=ReservationState.COMMITTED)
        .order_by("stock_item_id")
    )
    if not rows:
        return
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(state=ReservationState.RELEASED)
    returned = {row.stock_item_id: row.quantity for row in rows}
    _put_back(returned, on_hand=+1)
    _record(returned, kind=MovementKind.RETURN, sign=+1, reference=reference)


def stock_adjust(
    *, stock_item: StockItem, delta: int, kind: str, actor: User | None = None, note: str = "", reference: str = ""
) -> StockMovement:
    """Add ``delta`` pieces to a stock item, or take them out when it is negative, and record the movement.

    Raise ``StockWouldFallShort`` when fewer pieces than the reserved ones would be left, and ``StockTooLarge`` when
    there would be more than ``MAX_PIECES``.
    """
    with transaction.atomic():
        least, most = -delta, MAX_PIECES - max(delta, 0)
        with connection.cursor() as cursor:
            cursor.execute(_ADJUST, [delta, stock_item.pk, least, most])
            changed = cursor.fetchone()
        if not changed:
            raise StockTooLarge if delta > 0 else StockWouldFallShort
        movement = StockMovement.objects.create(
            stock_item=stock_item, kind=kind, quantity=delta, actor=actor, note=note, reference=reference
        )
        if changed[0] in {0, delta}:
            availability_refresh(variant_ids=[stock_item.variant_id])
    return movement


def stock_count(*, variant: Variant, counted: int, actor: User | None = None, note: str = "") -> None:
    """Make the number of available pieces of ``variant`` equal to ``counted``.

    It is for stock-takes, and for APIs with a plain ``stock`` field. The difference is recorded at the default
    location, under a lock, so that no sale in between is lost. Raise ``StockWouldFallShort`` when the default location
    has too few pieces for the difference.
    """
    with transaction.atomic():
        item = stock_item_for(variant=variant)
        list(StockItem.objects.of_variants([variant.pk]).locked())
        sums = StockItem.objects.of_variants([variant.pk]).aggregate(left=Sum(F("on_hand") - F("reserved")))
        delta = counted - sums["left"]
        if delta:
            kind = MovementKind.RECEIPT if delta > 0 else MovementKind.ADJUSTMENT
            stock_adjust(stock_item=item, delta=delta, kind=kind, actor=actor, note=note)


def stock_counts_book(
    *, counted: Mapping[int, int], note: str, reference: str = "", product_ids: Collection[int] = ()
) -> Counter[int]:
    """Make the available pieces of each variant equal to its count; return the number of movements by variant id.

    ``counted`` maps variant ids to numbers of pieces, none of them negative. However many variants there are, this
    takes only a few statements; ``stock_count`` takes as many for a single variant. Additional pieces are added at the
    default location. Missing pieces are taken from the default location first, and then from the other locations in the
    order of their priority. Reserved pieces stay reserved. The calling code opens the transaction. It names in
    ``product_ids`` the products that it may have put on sale: their stock must be locked at the same time, because
    their listings show it (``inventory.listings``).
    """
    if not counted:
        return Counter()
    home = default_location()
    found: dict[int, list[StockItem]] = defaultdict(list)
    needed = {*counted, *unlisted_variants(product_ids=product_ids)}
    for item in StockItem.objects.of_variants(needed).select_related("location").locked():
        found[item.variant_id].append(item)
    was = {pk: sum(item.available for item in found[pk]) for pk in counted}
    new: list[StockItem] = []
    changes: list[tuple[StockItem, int]] = []
    for variant_id, pieces in counted.items():
        items = sorted(found[variant_id], key=lambda item: (item.location != home, item.location.priority, item.pk))
        difference = pieces - was[variant_id]
        if not items or (difference > 0 and items[0].location != home):
            new.append(StockItem(variant_id=variant_id, location=home, on_hand=difference))
        else:
            changes += _spread(difference, items)
    booked = [(item, item.on_hand) for item in StockItem.objects.bulk_create(new) if item.on_hand] + changes
    _book({item.pk: pieces for item, pieces in changes})
    StockMovement.objects.bulk_create([_movement_of_count(item, pieces, note, reference) for item, pieces in booked])
    availability_refresh(variant_ids={pk for pk, pieces in counted.items() if (pieces == 0) is not (was[pk] == 0)})
    return Counter(item.variant_id for item, _ in booked)


def _spread(difference: int, items: Sequence[StockItem]) -> list[tuple[StockItem, int]]:
    """Divide a variant's difference among its stock items, the first ones first; return the changes."""
    if difference > 0:
        return [(items[0], difference)]
    changes = []
    for item in items:
        leaving = min(item.available, -difference)
        if leaving:
            changes.append((item, -leaving))
            difference += leaving
    return changes


def _book(pieces: Mapping[int, int]) -> None:
    """Add ``pieces`` (by stock item id, positive or negative) to what is on hand, in one UPDATE.

    The rows are locked and known to have the pieces, so a row that does not change means a broken ledger.
    """
    if not pieces:
        return
    amount = _amount_by_item(pieces)
    rows = StockItem.objects.filter(pk__in=pieces, on_hand__gte=F("reserved") - amount)
    _require_all_changed(rows.update(on_hand=F("on_hand") + amount), pieces)


def _require_all_changed(changed: int, pieces: Mapping[int, int]) -> None:
    """Raise ``RuntimeError`` unless an UPDATE changed all stock items in ``pieces``."""
    if changed != len(pieces):
        raise RuntimeError(f"Some of the stock items {sorted(pieces)} did not change. Run manage.py verify_stock.")


def _movement_of_count(item: StockItem, pieces: int, note: str, reference: str) -> StockMovement:
    kind = MovementKind.RECEIPT if pieces > 0 else MovementKind.ADJUSTMENT
    return StockMovement(stock_item=item, kind=kind, quantity=pieces, reference=reference, note=note[:_LONGEST_NOTE])


def _plan(items: list[StockItem], wanted: Mapping[int, int]) -> dict[int, int]:
    """Decide how many pieces to take from each stock item (by id). Raise ``OutOfStock`` when there are too few."""
    missing = Counter(wanted)
    plan: dict[int, int] = {}
    for item in sorted(items, key=lambda item: (item.location.priority, item.pk)):
        take = min(item.available, missing[item.variant_id])
        if take > 0:
            plan[item.pk] = take
            missing[item.variant_id] -= take
    short = [
        Shortage(variant=pk, requested=wanted[pk], available=wanted[pk] - count)
        for pk, count in sorted(missing.items())
        if count
    ]
    if short:
        raise OutOfStock(short)
    return plan


def _change(pieces: Mapping[int, int], *, reserved: int = 0, on_hand: int = 0) -> None:
    """Change the sums of all these stock items in one UPDATE: each by its ``pieces`` times the given sign.

    The rows are locked and known to have the pieces, so a row that does not change means a broken ledger.
    """
    amount = _amount_by_item(pieces)
    rows = StockItem.objects.filter(pk__in=pieces)
    if reserved > 0:
        rows = rows.filter(on_hand__gte=F("reserved") + amount)
    changed = rows.update(reserved=F("reserved") + reserved * amount, on_hand=F("on_hand") + on_hand * amount)
    _require_all_changed(changed, pieces)


def _amount_by_item(pieces: Mapping[int, int]) -> Case | Value:
    if len(pieces) == 1:
        return Value(next(iter(pieces.values())))
    return Case(*[When(pk=pk, then=Value(count)) for pk, count in pieces.items()])


def _close(reference: str, state: ReservationState) -> dict[int, int]:
    """Set the active reservations of ``reference`` to ``state``; return their pieces by stock item id."""
    rows = list(
        Reservation.objects.select_for_update()
        .filter(reference=reference, state=ReservationState.ACTIVE)
        .order_by("stock_item_id")
    )
    if not rows:
        return {}
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, closed_at=timezone.now())
    return {row.stock_item_id: row.quantity for row in rows}


def _put_back(pieces: Mapping[int, int], *, reserved: int = 0, on_hand: int = 0) -> None:
    """Lock these stock items and put their ``pieces`` back on sale, as ``_change`` does."""
    items = list(StockItem.objects.filter(pk__in=pieces).locked())
    _change(pieces, reserved=reserved, on_hand=on_hand)
    availability_refresh(variant_ids={item.variant_id for item in items if item.available == 0})


def _record(pieces: Mapping[int, int], *, kind: MovementKind, sign: int, reference: str) -> None:
    """Record a movement for each stock item: its ``pieces`` times ``sign``."""
    StockMovement.objects.bulk_create(
        [
            StockMovement(stock_item_id=pk, kind=kind, quantity=sign * count, reference=reference)
            for pk, count in pieces.items()
        ]
    )


def _announce_depleted(variant_ids: Collection[int]) -> None:
    """Publish ``stock_depleted`` for each of these variants, which were just reserved, that has no piece left."""
    if not variant_ids:
        return
    for variant_id, left in sorted(available_by_variant(variant_ids).items()):
        if left == 0:
            publish(stock_depleted, variant_id=variant_id)
