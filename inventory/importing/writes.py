"""What a batch is going to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db.models import Model

from catalog.importing.drafts import Problem
from catalog.models import Product, ProductImage, Variant, VariantPrice

M = TypeVar("M", bound=Model)


@dataclass
class Rows(Generic[M]):
    new: list[M] = field(default_factory=list)
    changed: list[M] = field(default_factory=list)

    def extend(self, other: "Rows[M]") -> None:
        self.new += other.new
        self.changed += other.changed

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


@dataclass
class ProductWrites:
    """Hold one product's rows. ``problems``: found by comparing.

    ``counts``: variants whose pieces become the file's. ``stock_left_alone``: how many others the file has pieces for.
    """

    product: Product
    lines: Sequence[int]
    is_new: bool
    is_changed: bool = False
    variants: Rows[Variant] = field(default_factory=Rows)
    prices: Rows[VariantPrice] = field(default_factory=Rows)
    images: Rows[ProductImage] = field(default_factory=Rows)
    removed_images: list[int] = field(default_factory=list)
    counts: list[tuple[Variant, int]] = field(default_factory=list)
    stock_left_alone: int = 0
    problems: list[Problem] = field(default_factory=list)
    is_refused: bool = False

    @property
    def touches_anything(self) -> bool:
        """Stock aside, which is known only under its lock."""
        return bool(self.is_changed or self.variants or self.prices or self.images or self.removed_images)


def set_values(row: Model, values: Mapping[str, object]) -> bool:
    """Whether anything in ``values`` was not what ``row`` had."""
    changed = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed
