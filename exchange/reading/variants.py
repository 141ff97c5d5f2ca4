"""Collect the variants of one product."""

from collections.abc import Sequence
from decimal import Decimal

from catalog.models import Variant
from exchange.drafts import Problem, Report, VariantDraft, VariantKey
from exchange.reading import cells as read
from exchange.reading.cells import RowCells, meaning
from exchange.reading.columns import Columns

MOST_VARIANTS = 2048

_option_value = read.text_up_to(read.LONGEST_OPTION)
_sku = read.text_up_to(read.longest(Variant, "sku"))
_barcode = read.text_up_to(read.longest(Variant, "barcode"))


class VariantList:
    """Collect variants, each combination of option values once. Problems are added to the row's faults.

    Set ``option_names`` before the first ``read``: one name for each option column, blank when there is none.
    """

    def __init__(self, columns: Columns, *, currency: str, report: Report, product: str) -> None:
        self.drafts: dict[VariantKey, VariantDraft] = {}
        self.option_names: Sequence[str] = ()
        self._columns = columns
        self._price = read.price_in(currency)
        self._report = report
        self._product = product
        self._has_warned_of_overselling = False

    def read(self, cells: RowCells, *, image_url: str) -> VariantDraft:
        """Read and return the row's variant. The caller then calls ``add`` with it, unless the row has faults."""
        draft = VariantDraft(
            line=cells.line,
            options=self._options(cells),
            values=self._values(cells),
            price=self._prices(cells),
            quantity=self._quantity(cells),
            image_url=image_url,
        )
        self._compare_with_others(draft, cells)
        return draft

    def add(self, draft: VariantDraft, cells: RowCells) -> None:
        """Add a variant that ``read`` has read from the row."""
        self.drafts[draft.key] = draft
        oversells = cells["policy"].lower() == "continue" or meaning(cells["policy"])
        if oversells and not self._has_warned_of_overselling:
            self._has_warned_of_overselling = True
            self._warn(cells, f"{cells.named('policy')}: this shop never sells more than its stock; stock is counted.")

    def _options(self, cells: RowCells) -> list[tuple[str, str]]:
        options = []
        for number, name in enumerate(self.option_names, start=1):
            value = cells.parsed(f"option{number}_value", _option_value, "")
            # The format writes "no options" like this.
            if value.casefold() == "default title" and name.casefold() in ("", "title"):
                continue
            if value:
                options.append((name, value))
            elif name and name.casefold() != "title":
                cells.faults.append(f"there is no value for the option {name!r}.")
        return options

    def _values(self, cells: RowCells) -> dict[str, object]:
        values: dict[str, object] = {}
        if "sku" in self._columns:
            values["sku"] = cells.parsed("sku", _sku, "")
        if "barcode" in self._columns:
            values["barcode"] = cells.parsed("barcode", _barcode, "")
            if read.is_damaged_barcode(cells["barcode"]):
                self._warn(cells, f"{cells.named('barcode')} looks like a number that a spreadsheet has rounded.")
        if "grams" in self._columns:
            values["weight_grams"] = cells.parsed("grams", read.grams, None)
        # A blank tracker means "not counted", unless there is a quantity: given pieces are always counted.
        if "tracker" in self._columns or cells["quantity"]:
            values["track_inventory"] = bool(cells["tracker"] or cells["quantity"])
        return values

    def _prices(self, cells: RowCells) -> dict[str, Decimal | None]:
        prices: dict[str, Decimal | None] = {}
        if "price" in self._columns:
            if not cells["price"]:
                cells.faults.append(f"{self._columns.headers['price']} is blank.")
            prices["amount"] = cells.parsed("price", self._price, None)
        if "compare_at" in self._columns:
            prices["compare_at"] = cells.parsed("compare_at", self._price, None)
        return prices

    def _quantity(self, cells: RowCells) -> int | None:
        quantity = cells.parsed("quantity", read.pieces, None)
        if quantity is not None and quantity < 0:
            self._warn(cells, f"{cells.named('quantity')} is negative and counts as 0 pieces.")
            return 0
        return quantity

    def _compare_with_others(self, draft: VariantDraft, cells: RowCells) -> None:
        """Add a fault to the row for a variant that exists already, has other options or is one too many."""
        same = self.drafts.get(draft.key)
        if same:
            title = " / ".join(value for _, value in draft.options) or "without options"
            cells.faults.append(f"the variant {title!r} is already on line {same.line}.")
        elif self.drafts and len(next(iter(self.drafts.values())).options) != len(draft.options):
            cells.faults.append("its options are not those of the product's other variants.")
        elif len(self.drafts) >= MOST_VARIANTS:
            cells.faults.append(f"a product can have at most {MOST_VARIANTS} variants.")

    def _warn(self, cells: RowCells, message: str) -> None:
        self._report(Problem([cells.line], f"{self._product}: {message}", is_error=False))
