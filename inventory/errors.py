"""The errors that the inventory raises when it refuses something."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from utils.errors import Conflict, NotFound


@dataclass(frozen=True)
class Shortage:
    """Hold how many pieces of a variant (by id) were requested, and how many were available."""

    variant: int
    requested: int
    available: int


class OutOfStock(Conflict):
    """Report that fewer pieces are available than requested. ``shortages`` lists every variant that has too few."""

    code = "out_of_stock"
    message = "There is not enough stock."

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = list(shortages)
        super().__init__(shortages=[asdict(shortage) for shortage in shortages])


class StockWouldFallShort(Conflict):
    code = "stock_would_fall_short"
    message = "There are not that many pieces, or some of them are reserved for orders."


class StockTooLarge(Conflict):
    code = "too_many_pieces"
    message = "The stock would be larger than the shop can store."


class StockItemNotFound(NotFound):
    code = "stock_item_not_found"
    message = "There is no such stock item."
