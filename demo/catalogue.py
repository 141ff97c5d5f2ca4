"""The demo's categories, products and reviews, read from ``catalogue.toml`` and the folder ``pictures``."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as combinations
from pathlib import Path
from typing import Any

from catalog.models import ProductStatus
from utils.slugs import slugify

_FILE = Path(__file__).with_name("catalogue.toml")
_PICTURES = Path(__file__).with_name("pictures")


@dataclass(frozen=True)
class DemoVariant:
    """Hold one variant. ``price`` and ``compare_at`` (the price before) are in the shop's currency, before rounding."""

    sku: str
    options: list[dict[str, str]]
    price: Decimal
    compare_at: Decimal | None
    stock: int


@dataclass(frozen=True)
class DemoPicture:
    """Hold one picture.

    ``variant`` is the index of the variant that the picture shows, or ``None`` when it shows all of them.
    """

    path: Path
    alt: str
    variant: int | None


@dataclass(frozen=True)
class DemoProduct:
    """Hold one product. ``is_sellers``: the demo's seller sells it, not the shop. ``shelf``: its sub-category."""

    name: str
    slug: str
    brand: str
    product_type: str
    shelf: str
    tags: list[str]
    description: str
    weight_grams: int
    status: str
    is_sellers: bool
    variants: list[DemoVariant]
    pictures: list[DemoPicture]


@dataclass(frozen=True)
class DemoCategory:
    """Hold one category. ``shelves`` are the names of its sub-categories."""

    name: str
    description: str
    shelves: list[str]
    products: list[DemoProduct]


@dataclass(frozen=True)
class DemoReview:
    """Hold one review. ``sku`` is the product's SKU in the file, without the number of a variant."""

    sku: str
    rating: int
    comment: str


@dataclass(frozen=True)
class DemoCatalogue:
    """Hold the whole demo: its categories with their products, and its reviews."""

    categories: list[DemoCategory]
    reviews: list[DemoReview]

    @property
    def products(self) -> list[DemoProduct]:
        return [product for category in self.categories for product in category.products]


def read_catalogue() -> DemoCatalogue:
    """Read the whole demo. Pictures are only named; their files are not read."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    return DemoCatalogue(
        categories=[_category(entry) for entry in content["categories"]],
        reviews=[DemoReview(**entry) for entry in content["reviews"]],
    )


def _category(entry: dict[str, Any]) -> DemoCategory:
    return DemoCategory(
        name=entry["name"],
        description=entry["description"],
        shelves=entry["shelves"],
        products=[_product(product) for product in entry["products"]],
    )


def _product(entry: dict[str, Any]) -> DemoProduct:
    variants = _variants(entry)
    return DemoProduct(
        name=entry["name"],
        slug=slugify(entry["name"]),
        brand=entry["brand"],
        product_type=entry["type"],
        shelf=entry["shelf"],
        tags=entry["tags"],
        description=entry["description"],
        weight_grams=entry["weight"],
        status=entry.get("status", ProductStatus.ACTIVE),
        is_sellers=entry.get("seller", False),
        variants=variants,
        pictures=_pictures(entry, variants),
    )


def _variants(entry: dict[str, Any]) -> list[DemoVariant]:
    """Return one variant for each combination of the product's option values, or a single one if it has no options.

    ``entry`` is a product of ``catalogue.toml``. Its ``stock`` lists the pieces of the combinations in their order,
    with the last option changing fastest. A value named in ``surcharges`` adds to the price. Only the first variant
    gets ``compare_at``, the price before a reduction.
    """
    options: dict[str, list[str]] = entry.get("options", {})
    stock = entry["stock"] if options else [entry["stock"]]
    surcharges: dict[str, Decimal] = entry.get("surcharges", {})
    return [
        DemoVariant(
            sku=f"{entry['sku']}-{number}" if options else entry["sku"],
            options=[{"name": name, "value": value} for name, value in zip(options, values, strict=True)],
            price=entry["price"] + sum(surcharges.get(value, Decimal(0)) for value in values),
            compare_at=entry.get("compare_at") if number == 1 else None,
            stock=pieces,
        )
        for number, (values, pieces) in enumerate(zip(combinations(*options.values()), stock, strict=True), start=1)
    ]


def _pictures(entry: dict[str, Any], variants: list[DemoVariant]) -> list[DemoPicture]:
    name = entry["name"]
    return [
        DemoPicture(
            path=_PICTURES / f"{slugify(name)}-{number}.webp",
            alt=f"{name}, {caption}" if caption else name,
            variant=_first_with(caption, variants),
        )
        for number, caption in enumerate(entry["pictures"], start=1)
    ]


def _first_with(value: str, variants: list[DemoVariant]) -> int | None:
    """Return the index of the first variant that has this option value, or ``None``."""
    places = (
        place for place, variant in enumerate(variants) if value in [option["value"] for option in variant.options]
    )
    return next(places, None)
