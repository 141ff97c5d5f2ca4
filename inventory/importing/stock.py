"""Counted pieces booked for many variants at once.

Beside ``inventory.services`` this is the only code that writes balances. The functions there book one variant with a
handful of statements each; a catalogue of many thousand variants needs one statement for all of them. The rules are the
same: rows are locked in id order before they are read, the UPDATE repeats its condition, and every change of a balance
has its movement in the same transaction, so ``verify_stock`` finds nothing and a sale at the same moment waits.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Case, F, Value, When

from inventory.models import MovementKind, StockItem, StockMovement
from inventory.services import default_location

REFERENCE = "import"
_LONGEST_NOTE = 255


def stock_counts_book(*, counted: Mapping[int, int], note: str) -> Counter[int]:
    """Make what is available of each variant equal its count; how many movements that took, by variant.

    ``counted`` maps variant ids to pieces, none of them negative. More pieces come in at the default location; fewer
    leave from there first, then from the other locations in their order. Promised pieces stay promised. The caller
    holds the transaction.
    """
    if not counted:
        return Counter()
    home = default_location()
    found: dict[int, list[StockItem]] = defaultdict(list)
    for item in StockItem.objects.of_variants(counted).select_related("location").locked():
        found[item.variant_id].append(item)
    new: list[StockItem] = []
    changes: list[tuple[StockItem, int]] = []
    for variant_id, pieces in counted.items():
        items = sorted(found[variant_id], key=lambda item: (item.location != home, item.location.priority, item.pk))
        difference = pieces - sum(item.available for item in items)
        if not items or (difference > 0 and items[0].location != home):
            new.append(StockItem(variant_id=variant_id, location=home, on_hand=difference))
        else:
            changes += _spread(difference, items)
    booked = [(item, item.on_hand) for item in StockItem.objects.bulk_create(new) if item.on_hand] + changes
    _change({item.pk: pieces for item, pieces in changes})
    StockMovement.objects.bulk_create([_movement(item, pieces, note) for item, pieces in booked])
    return Counter(item.variant_id for item, _ in booked)


def _spread(difference: int, items: Sequence[StockItem]) -> list[tuple[StockItem, int]]:
    """Which stock items change by how much, the first ones first."""
    if difference > 0:
        return [(items[0], difference)]
    changes = []
    for item in items:
        leaving = min(item.available, -difference)
        if leaving:
            changes.append((item, -leaving))
            difference += leaving
    return changes


def _change(pieces: Mapping[int, int]) -> None:
    """One UPDATE for all. The rows are locked and the pieces known to be there: less is a broken ledger."""
    if not pieces:
        return
    amount = Case(*[When(pk=pk, then=Value(count)) for pk, count in pieces.items()])
    rows = StockItem.objects.filter(pk__in=pieces, on_hand__gte=F("reserved") - amount)
    if rows.update(on_hand=F("on_hand") + amount) != len(pieces):
        raise RuntimeError(f"Stock items {sorted(pieces)} did not all change: run verify_stock.")


def _movement(item: StockItem, pieces: int, note: str) -> StockMovement:
    kind = MovementKind.RECEIPT if pieces > 0 else MovementKind.ADJUSTMENT
    return StockMovement(stock_item=item, kind=kind, quantity=pieces, reference=REFERENCE, note=note[:_LONGEST_NOTE])
