"""``manage.py import_products FILE``: create or update products from another shop's export."""

import sys
import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from exchange.drafts import Problem
from exchange.errors import UnusableFile
from exchange.reading.shopify import ProductFile, read_products
from exchange.writing import Tally, products_import

_READERS = {"shopify": read_products}
# A row of three bytes can cause a message of sixty, so a large file could print more than its own size.
_MOST_PROBLEMS_SHOWN = 10_000


class Command(BaseCommand):
    help = (
        "Create or update the shop's own products from a CSV file; sellers' products are never changed. Prices are in "
        "DEFAULT_CURRENCY. Quantities are pieces for sale: new variants get them, existing ones only with --stock set. "
        "Bad rows are reported with their line and left out; the others are imported. The exit status is 1 if nothing "
        "could be imported, or if the file could not be read to its end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--stock",
            choices=["keep", "set"],
            default="keep",
            help="what happens to existing variants: keep their stock (default), or set it to the file's quantity",
        )
        parser.add_argument(
            "--encoding",
            default="",
            help="the file's encoding, such as windows-1251; not needed for UTF-8 and UTF-16",
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, report it, and undo it")
        parser.add_argument(
            "--format", choices=sorted(_READERS), default="shopify", help="the file's format; default: shopify"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._started = time.monotonic()
        self._error_rows = 0
        self._warnings = 0
        self._problems = 0
        path, dry_run = options["file"], options["dry_run"]
        read = partial(_READERS[options["format"]], currency=settings.DEFAULT_CURRENCY, report=self._report)
        try:
            with read(path, encoding=options["encoding"]) as file:
                tally = self._import(
                    file, note=f"Import of {path.name}", sets_stock=options["stock"] == "set", dry_run=dry_run
                )
                self._summarise(file, tally, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
        except UnusableFile as error:
            raise CommandError(f"{path}: {error}") from error
        if not tally.products_in:
            raise CommandError(f"{path}: no product in it can be imported.")
        if file.is_cut_off:
            raise CommandError(f"{path}: the file could not be read to its end; the last error names the line.")

    def _import(self, file: ProductFile, *, note: str, sets_stock: bool, dry_run: bool) -> Tally:
        hidden = not sys.stderr.isatty()
        with tqdm(total=file.product_count, unit=" products", disable=hidden, file=sys.stderr) as bar:
            return products_import(
                drafts=file.products(),
                currency=settings.DEFAULT_CURRENCY,
                note=note,
                report=self._report,
                sets_stock=sets_stock,
                dry_run=dry_run,
                advance=bar.update,
            )

    def _report(self, problem: Problem) -> None:
        if problem.is_error:
            self._error_rows += len(problem.lines)
        else:
            self._warnings += 1
        self._problems += 1
        if self._problems <= _MOST_PROBLEMS_SHOWN:
            with tqdm.external_write_mode(file=sys.stderr):
                self.stderr.write(str(problem))

    def _summarise(self, file: ProductFile, tally: Tally, *, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        if self._problems > _MOST_PROBLEMS_SHOWN:
            self.stdout.write(f"Errors and warnings that are not shown: {self._problems - _MOST_PROBLEMS_SHOWN}.")
        if file.unused_columns:
            self.stdout.write(f"Columns that are not used: {', '.join(file.unused_columns)}.")
        if tally.stock_left_alone:
            self.stdout.write(
                f"Stock left as it is: {tally.stock_left_alone} existing variants. "
                "To set it to the file's quantity, use --stock set."
            )
        self.stdout.write(
            f"Products: {tally.products_created} {would}created, {tally.products_updated} {would}updated, "
            f"{tally.products_unchanged} unchanged, {tally.products_failed} failed.\n"
            f"Variants: {tally.variants_created} {would}created, {tally.variants_updated} {would}updated.\n"
            f"Images: {tally.images_created} {would}created, {tally.images_updated} {would}updated, "
            f"{tally.images_removed} {would}removed.\n"
            f"Stock movements: {tally.stock_movements} {would}recorded.\n"
            f"Rows: {file.rows_read} read, {self._error_rows} with errors. Warnings: {self._warnings}.\n"
            f"Seconds: {time.monotonic() - self._started:.2f}."
        )
