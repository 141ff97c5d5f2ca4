"""An import from its first batch to its last."""

from collections.abc import Callable, Iterable, Iterator

from django.db import Error, reset_queries, transaction

from catalog.importing.drafts import Problem, ProductDraft, Report
from inventory.importing.batch import batch_write
from inventory.importing.categories import CategoryTree
from inventory.importing.tally import Tally
from utils.errors import DomainError

_PRODUCTS = 500
# Products with hundreds of variants and pictures make for smaller batches, so that memory stays flat.
_ROWS = 2000


def products_import(
    *,
    drafts: Iterable[ProductDraft],
    currency: str,
    note: str,
    report: Report,
    sets_stock: bool = False,
    dry_run: bool = False,
    advance: Callable[[int], object] = lambda count: None,
) -> Tally:
    """Create or update the shop's own products that ``drafts`` describe, each found by its handle, which is its slug.

    ``currency``: of all prices. ``note``: for the stock movements. ``report`` hears of what could not go in.
    ``sets_stock``: the file's pieces count for known variants too; otherwise only new variants get their stock, since
    what was sold after the file was written would be for sale again.
    ``dry_run``: do everything, then take it back. ``advance`` is told how many more products are done with.

    Each batch is a transaction of its own, so an interrupted import has imported what came before.
    """
    run = _Run(currency=currency, note=note, report=report, sets_stock=sets_stock, dry_run=dry_run)
    for batch in _batches(drafts):
        run.apply(batch)
        advance(len(batch))
        # With DEBUG on, Django remembers every statement, and these are long.
        reset_queries()
    return run.tally


class _Run:
    def __init__(self, *, currency: str, note: str, report: Report, sets_stock: bool, dry_run: bool) -> None:
        self.tally = Tally()
        self._currency = currency
        self._note = note
        self._report = report
        self._sets_stock = sets_stock
        self._dry_run = dry_run
        self._categories = CategoryTree()

    def apply(self, batch: list[ProductDraft]) -> None:
        drafts = [draft for draft in batch if not draft.is_refused]
        self.tally.products_failed += len(batch) - len(drafts)
        if drafts:
            self._apply(drafts)

    def _apply(self, drafts: list[ProductDraft]) -> None:
        """One transaction for all; if that is refused, one for each, so that only the bad product is lost.

        What is refused here and was not found in the file is another writer's doing, or a lock that took too long.
        """
        try:
            tally, problems = self._in_transaction(drafts)
        except (Error, DomainError) as error:
            self._categories.forget()
            if len(drafts) > 1:
                for draft in drafts:
                    self._apply([draft])
                return
            draft = drafts[0]
            tally = Tally(products_failed=1)
            problems = [Problem(draft.lines, f"{draft.handle}: it was refused: {_first_line(error)}")]
        self.tally.add(tally)
        for problem in problems:
            self._report(problem)

    def _in_transaction(self, drafts: list[ProductDraft]) -> tuple[Tally, list[Problem]]:
        with transaction.atomic():
            result = batch_write(
                drafts,
                categories=self._categories,
                currency=self._currency,
                note=self._note,
                sets_stock=self._sets_stock,
            )
            if self._dry_run:
                transaction.set_rollback(True)
                self._categories.forget(is_trial=True)
        return result


def _batches(drafts: Iterable[ProductDraft]) -> Iterator[list[ProductDraft]]:
    batch: list[ProductDraft] = []
    rows = 0
    for draft in drafts:
        batch.append(draft)
        rows += len(draft.variants) + len(draft.images)
        if len(batch) >= _PRODUCTS or rows >= _ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]
