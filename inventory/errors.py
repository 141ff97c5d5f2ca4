"""Refusals of this app."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from utils.errors import Conflict, NotFound


@dataclass(frozen=True)
class Shortage:
    """How many pieces of a variant were asked for, and how many could be had."""

    variant: int
    requested: int
    available: int


class OutOfStock(Conflict):
    code = "out_of_stock"
    message = "There is not enough stock."

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = list(shortages)
        super().__init__(shortages=[asdict(shortage) for shortage in shortages])


class StockWouldFallShort(Conflict):
    code = "stock_would_fall_short"
    message = "That many pieces are not there, or are promised to orders."


class TooManyPieces(Conflict):
    code = "too_many_pieces"
    message = "That many pieces can't be counted."


class StockItemNotFound(NotFound):
    code = "stock_item_not_found"
    message = "There is no such stock item."
