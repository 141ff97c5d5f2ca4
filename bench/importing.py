"""Measure how long importing a product file takes. The first run writes everything, the second one writes nothing."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from bench.figures import say
from catalog.models import Product

_PRODUCTS = 10_000
_HEADER = "Handle,Title,Body (HTML),Vendor,Type,Tags,Variant SKU,Variant Inventory Qty,Variant Price,Image Src"


def main(arguments: Sequence[str]) -> int:
    """Import a file twice and return the exit status. ``arguments`` name the file; without one, a file is made up."""
    if Product.objects.exists():
        sys.stderr.write("The database of BENCH_DATABASE_URL already has products. Name an empty one.\n")
        return 1
    connection.close()
    with TemporaryDirectory(prefix="bench-import-") as folder:
        file = Path(os.environ.get("BENCH_CALLED_FROM", "."), arguments[0]) if arguments else _made_up(Path(folder))
        return 0 if all(_measured(run, file) for run in ("first run", "second run")) else 1


def _made_up(folder: Path) -> Path:
    path = folder / "products.csv"
    rows = "".join(f"{_row(number)}\n" for number in range(1, _PRODUCTS + 1))
    path.write_text(f"{_HEADER}\n{rows}")
    return path


def _row(number: int) -> str:
    description = f"<p>Made to measure the import. {number:0300d}</p>"
    return (
        f'item-{number},Item number {number},{description},Maker {number % 90},Type {number % 12},"new, made",'
        f"SKU-{number},{number % 50},{number % 300}.{number % 100:02d},https://pictures.example/{number}.jpg"
    )


def _measured(run: str, file: Path) -> bool:
    """Run the import once and print its time and memory; return whether it succeeded."""
    command = [sys.executable, "manage.py", "import_products", str(file)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.stderr.write(f"The import failed: {' '.join(command)}\n")
        return False
    products = sum(int(number) for number in re.findall(r"\d+", output[output.index("Products:") :].split("\n")[0]))
    seconds = float(output[output.index("Seconds:") :].split()[1].rstrip("."))
    say(
        f"{run}: {products} products in {seconds:.2f} s, {products / seconds:.0f} a second; "
        f"{time.monotonic() - started:.2f} s with the start of the process, {usage.ru_maxrss / 1024:.0f} MiB at most"
    )
    return True
