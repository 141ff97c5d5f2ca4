"""Import drafts batch by batch: plan each batch, and write it through the services of catalog and inventory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from django.db import Error, reset_queries, transaction

from catalog.services import changes_gathered, products_lock, products_write
from exchange.categories import CategoryTree
from exchange.drafts import Problem, ProductDraft, Report
from exchange.planning import ProductPlan, product_plan
from inventory.services import stock_counts_book
from utils.errors import DomainError

# The reference of the stock movements that an import records.
REFERENCE = "import"
_PRODUCTS = 500
# A batch whose products have hundreds of variants and pictures holds fewer products, so that it needs no more memory.
_ROWS = 2000


@dataclass
class Tally:
    """Count what an import did."""

    products_created: int = 0
    products_updated: int = 0
    products_unchanged: int = 0
    products_failed: int = 0
    variants_created: int = 0
    variants_updated: int = 0
    images_created: int = 0
    images_updated: int = 0
    images_removed: int = 0
    stock_movements: int = 0
    stock_left_alone: int = 0

    def add(self, other: "Tally") -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def products_in(self) -> int:
        """Return how many products of the file are now in the shop: created, updated or unchanged, but not failed."""
        return self.products_created + self.products_updated + self.products_unchanged


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
    """Create or update the shop's own products from ``drafts``. A draft's handle is the product's slug.

    ``currency`` is the currency of all prices, and ``note`` the note of the stock movements. ``report`` is called with
    every problem. New variants get their number of pieces from the file. Existing ones do so only with ``sets_stock``,
    because pieces that were sold after the file was written would otherwise be for sale again. With ``dry_run``
    everything is done and then rolled back. After each batch, ``advance`` is called with the number of its products.

    Each batch has its own transaction, so the batches before an interruption stay imported.
    """
    run = _Run(currency=currency, note=note, report=report, sets_stock=sets_stock, dry_run=dry_run)
    for batch in _batches(drafts):
        run.apply(batch)
        advance(len(batch))
        # With DEBUG on, Django remembers every statement, and these statements are long.
        reset_queries()
    return run.tally


class _Run:
    """Import batches one after the other, and count in ``tally`` the rows that were created, updated and removed."""

    def __init__(self, *, currency: str, note: str, report: Report, sets_stock: bool, dry_run: bool) -> None:
        self.tally = Tally()
        self._currency = currency
        self._note = note
        self._report = report
        self._sets_stock = sets_stock
        self._dry_run = dry_run
        self._categories = CategoryTree()

    def apply(self, batch: list[ProductDraft]) -> None:
        """Import one batch. Drafts that were refused while reading count as failed."""
        drafts = [draft for draft in batch if not draft.is_refused]
        self.tally.products_failed += len(batch) - len(drafts)
        if drafts:
            self._apply(drafts)

    def _apply(self, drafts: list[ProductDraft]) -> None:
        """Write all drafts in one transaction. If that fails, write each in its own, so that only the bad one is lost.

        Problems of the file itself are found earlier. A failure here comes from another request that wrote at the same
        time, or from waiting too long for a lock.
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
            problems = [Problem(draft.lines, f"{draft.handle}: it could not be written: {_first_line(error)}")]
        self.tally.add(tally)
        for problem in problems:
            self._report(problem)

    def _in_transaction(self, drafts: list[ProductDraft]) -> tuple[Tally, list[Problem]]:
        """Plan and write a batch of drafts with different handles.

        Errors of the database and of services are not caught. They don't say which product of the batch caused them.
        """
        with transaction.atomic():
            with changes_gathered():
                plans = self._plans(drafts)
                tally = self._write(plans)
            if self._dry_run:
                transaction.set_rollback(True)
                self._categories.forget(is_trial=True)
        return tally, [problem for plan in plans for problem in plan.problems]

    def _plans(self, drafts: Sequence[ProductDraft]) -> list[ProductPlan]:
        """Compare all drafts with the shop's products, and return a plan of what to write for each.

        The products stay locked until the batch is written. A second import of the same file waits for that, and then
        finds nothing to do.
        """
        there = products_lock(slugs=[draft.handle for draft in drafts], currency=self._currency)
        return [
            product_plan(
                draft, there, categories=self._categories, currency=self._currency, sets_stock=self._sets_stock
            )
            for draft in drafts
        ]

    def _write(self, plans: Sequence[ProductPlan]) -> Tally:
        good = [plan for plan in plans if not plan.is_refused]
        products_write(changes=[plan.changes for plan in good])
        counted = {variant.pk: pieces for plan in good for variant, pieces in plan.counts}
        known = [plan.changes.product.pk for plan in good if not plan.changes.is_new and plan.changes.touches_anything]
        moved = stock_counts_book(counted=counted, note=self._note, reference=REFERENCE, product_ids=known)
        tally = _tally(good, moved)
        tally.products_failed = len(plans) - len(good)
        return tally


def _tally(plans: Sequence[ProductPlan], moved: Counter[int]) -> Tally:
    """Count what was written for these products. A product whose stock moved counts as updated."""
    tally = Tally(stock_movements=moved.total())
    for plan in plans:
        changes = plan.changes
        tally.variants_created += len(changes.variants.new)
        tally.variants_updated += len(changes.variants.changed)
        tally.images_created += len(changes.images.new)
        tally.images_updated += len(changes.images.changed)
        tally.images_removed += len(changes.removed_images)
        tally.stock_left_alone += plan.stock_left_alone
        if changes.is_new:
            tally.products_created += 1
        elif changes.touches_anything or any(variant.pk in moved for variant, _ in plan.counts):
            tally.products_updated += 1
        else:
            tally.products_unchanged += 1
    return tally


def _batches(drafts: Iterable[ProductDraft]) -> Iterator[list[ProductDraft]]:
    """Divide ``drafts`` into batches of at most ``_PRODUCTS`` products and about ``_ROWS`` variants and pictures."""
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
