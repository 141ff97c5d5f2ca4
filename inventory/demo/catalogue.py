"""The demo's categories, products and reviews, read from the JSON files in ``data``."""

import json
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as combinations
from pathlib import Path
from typing import Any

from catalog.models import ProductStatus
from inventory.demo.pictures import View

_DATA = Path(__file__).parent / "data"
_CATEGORIES = ("electronics", "furniture", "fashions", "computing", "gaming", "kitchen", "phones", "sports")
_MOST_COLOURS_SHOWN = 3


@dataclass(frozen=True)
class DemoVariant:
    """``price`` and ``compare_at`` in the shop's currency, before rounding; ``stock`` in pieces."""

    sku: str
    options: list[dict[str, str]]
    price: Decimal
    compare_at: Decimal | None
    stock: int


@dataclass(frozen=True)
class DemoPicture:
    """``variant``: the place of the variant that it shows among the product's, ``None`` for all of them."""

    view: View
    tint: str
    alt: str
    variant: int | None = None


@dataclass(frozen=True)
class DemoProduct:
    """``motif`` names what its pictures show; ``is_sellers``: the demo's seller offers it, not the shop."""

    name: str
    brand: str
    product_type: str
    shelf: str
    tags: list[str]
    description: str
    weight_grams: int
    status: str
    is_sellers: bool
    motif: str
    variants: list[DemoVariant]
    pictures: list[DemoPicture]


@dataclass(frozen=True)
class DemoCategory:
    """``hue`` of its pictures' backdrops in degrees; ``shelves``: its sub-categories."""

    name: str
    description: str
    hue: int
    shelves: list[str]
    products: list[DemoProduct]


@dataclass(frozen=True)
class DemoReview:
    """``sku``: the first variant's."""

    sku: str
    rating: int
    comment: str


def categories() -> list[DemoCategory]:
    found = []
    for name in _CATEGORIES:
        entry = _read(name)
        products = [_product(fields) for fields in entry.pop("products")]
        found.append(DemoCategory(products=products, **entry))
    return found


def reviews() -> list[DemoReview]:
    return [DemoReview(**fields) for fields in _read("reviews")]


def _read(name: str) -> Any:
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


def _product(entry: dict[str, Any]) -> DemoProduct:
    variants = _variants(entry)
    return DemoProduct(
        name=entry["name"],
        brand=entry["brand"],
        product_type=entry["type"],
        shelf=entry["shelf"],
        tags=entry["tags"],
        description=entry["description"],
        weight_grams=entry["weight"],
        status=entry.get("status", ProductStatus.ACTIVE),
        is_sellers=entry.get("seller", False),
        motif=entry["motif"],
        variants=variants,
        pictures=_pictures(entry, variants),
    )


def _variants(entry: dict[str, Any]) -> list[DemoVariant]:
    """Every combination of the options, in their order; only the first one may have been dearer before."""
    names = list(entry.get("options", {}))
    choices = list(combinations(*entry.get("options", {}).values()))
    stock = entry["stock"] if names else [entry["stock"]]
    surcharges = entry.get("surcharges", {})
    return [
        DemoVariant(
            sku=f"{entry['sku']}-{number}" if names else entry["sku"],
            options=[{"name": name, "value": value} for name, value in zip(names, values, strict=True)],
            price=Decimal(entry["price"]) + sum(Decimal(surcharges.get(value, 0)) for value in values),
            compare_at=Decimal(entry["compare_at"]) if number == 1 and "compare_at" in entry else None,
            stock=pieces,
        )
        for number, (values, pieces) in enumerate(zip(choices, stock, strict=True), start=1)
    ]


def _pictures(entry: dict[str, Any], variants: list[DemoVariant]) -> list[DemoPicture]:
    """One of each colour, up to three; then other views, where there is room."""
    name, tints = entry["name"], _tints(entry)
    pictures = [
        DemoPicture(View.FRONT, tint, f"{name}, {value}", variant=_first_with(value, variants))
        for value, tint in tints[:_MOST_COLOURS_SHOWN]
    ]
    if not pictures:
        pictures.append(DemoPicture(View.FRONT, entry["tint"], name))
    tint = pictures[0].tint
    if len(pictures) < _MOST_COLOURS_SHOWN:
        pictures.append(DemoPicture(View.TURNED, tint, f"{name}, from the side"))
    if entry.get("close_up"):
        pictures.append(DemoPicture(View.DETAIL, tint, f"{name}, close-up"))
    return pictures


def _tints(entry: dict[str, Any]) -> list[tuple[str, str]]:
    """The values of the option that are colours, with what they look like."""
    for values in entry.get("options", {}).values():
        if isinstance(values, dict):
            return list(values.items())
    return []


def _first_with(value: str, variants: list[DemoVariant]) -> int:
    return next(
        place for place, variant in enumerate(variants) if value in {option["value"] for option in variant.options}
    )
