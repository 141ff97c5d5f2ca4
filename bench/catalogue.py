"""The products that the benchmark sells, made from a seed or read from a file."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from typing import Any

PRODUCTS = 10_000
_ROOTS, _MIDDLES, _LEAVES = 5, 15, 30
_CHEAPEST, _DEAREST = 199, 199_999  # cents
_LOG_MEAN, _LOG_DEVIATION = 8.3, 1.0  # of the price in cents: half of all products cost less than 40.00
_COMMON_EVERY = 10

_QUALITIES = [
    "Amber", "Breezy", "Calm", "Dapper", "Early", "Fabled", "Gentle", "Hazel", "Icy", "Jolly", "Keen", "Lively",
    "Mellow", "Noble", "Olive", "Plain", "Quiet", "Ruby", "Sunny", "Tidy",
]  # fmt: skip
_MATERIALS = [
    "Aluminium", "Birch", "Brass", "Canvas", "Cashmere", "Cork", "Denim", "Enamel", "Felt", "Flannel", "Hemp", "Jute",
    "Maple", "Nylon", "Pewter", "Porcelain", "Rattan", "Velvet",
]  # fmt: skip
_THINGS = [
    "Apron", "Armchair", "Basket", "Binoculars", "Blender", "Bookcase", "Candle", "Clock", "Curtain", "Duvet",
    "Frame", "Hammock", "Headset", "Ladder", "Lantern", "Mirror", "Notebook", "Pillow", "Printer", "Scooter",
    "Skillet", "Stool", "Teapot", "Umbrella",
]  # fmt: skip
_COMMON_WORD = "Everyday"
_PHRASES = (
    "fits every room",
    "cleans with a damp cloth",
    "comes ready to use",
    "keeps its colour for years",
    "weighs less than it looks",
    "needs no tools to set up",
    "packs away in its own bag",
    "made in small series",
    "spare parts are easy to get",
    "rounded at every edge",
)


@dataclass(frozen=True)
class Shelf:
    """Hold a category. ``parent`` is the ``no`` of another shelf."""

    no: int
    parent: int | None
    name: str
    slug: str


@dataclass(frozen=True)
class Item:
    """Hold a product with one variant. ``price`` is in cents, ``stock`` in pieces, ``category`` a shelf's ``no``."""

    no: int
    name: str
    slug: str
    sku: str
    category: int
    price: int
    stock: int
    image: str
    description: str


@dataclass(frozen=True)
class Catalogue:
    """Hold shelves and items. Items are numbered from 1; the last one is the hot item, which sells out."""

    shelves: Sequence[Shelf]
    items: Sequence[Item]

    @property
    def leaves(self) -> list[int]:
        """Return the numbers of the shelves that have no shelf below them."""
        parents = {shelf.parent for shelf in self.shelves}
        return [shelf.no for shelf in self.shelves if shelf.no not in parents]

    @property
    def hot(self) -> int:
        """Return the number of the hot item."""
        return self.items[-1].no

    def common_words(self, count: int) -> list[str]:
        """Return the ``count`` words that most names contain, in lower case."""
        words = Counter(word.lower() for item in self.items for word in item.name.split())
        return [word for word, _ in words.most_common(count)]

    def fingerprint(self) -> str:
        """Return a text that is the same for equal catalogues only."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def generate(*, products: int = PRODUCTS, seed: int = 1) -> Catalogue:
    """Make a catalogue of 50 shelves on three levels, with products on the lowest. The same seed makes the same one."""
    random = Random(seed)  # noqa: S311 - must repeat itself
    shelves = _shelves()
    leaves = [shelf.no for shelf in shelves[-_LEAVES:]]
    return Catalogue(shelves, [_item(no, random, leaves) for no in range(1, products + 1)])


def _shelves() -> list[Shelf]:
    levels = [("Floor", _ROOTS), ("Aisle", _MIDDLES), ("Rack", _LEAVES)]
    shelves: list[Shelf] = []
    above: list[int] = []
    for word, count in levels:
        first = len(shelves) + 1
        for index in range(count):
            parent = above[index * len(above) // count] if above else None
            shelves.append(Shelf(first + index, parent, f"{word} {index + 1}", f"{word.lower()}-{index + 1}"))
        above = [first + index for index in range(count)]
    return shelves


def _item(no: int, random: Random, leaves: Sequence[int]) -> Item:
    words = [random.choice(_QUALITIES), random.choice(_MATERIALS), random.choice(_THINGS)]
    if no % _COMMON_EVERY == 0:
        words.insert(0, _COMMON_WORD)
    price = int(random.lognormvariate(_LOG_MEAN, _LOG_DEVIATION))
    return Item(
        no=no,
        name=f"{' '.join(words)} {no}",
        slug=f"{'-'.join(words)}-{no}".lower(),
        sku=f"B-{no:06d}",
        category=random.choice(leaves),
        price=min(_DEAREST, max(_CHEAPEST, price)),
        stock=random.randint(1_000, 100_000),
        image=f"/media/products/{no:05d}.jpg",
        description=f"It {', '.join(random.sample(_PHRASES, 8))}.",
    )


def read(path: Path) -> Catalogue:
    """Read a catalogue from the JSON file at ``path``.

    It holds ``{"categories": [{no, parent, name, slug}], "products": [{no, name, slug, sku, category, price, stock,
    image, description}]}``; other keys are ignored. Raise ``ValueError`` when a key is missing or it is no JSON.
    """
    try:
        data = json.loads(path.read_bytes())
        shelves = [Shelf(**_fields(Shelf, row)) for row in data["categories"]]
        items = [Item(**_fields(Item, row)) for row in data["products"]]
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is not a catalogue: {error!r}") from error
    return Catalogue(shelves, items)


def _fields(kind: type, row: dict[str, Any]) -> dict[str, Any]:
    return {field.name: row[field.name] for field in fields(kind)}
