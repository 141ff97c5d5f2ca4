"""Drafts: the values that a product file gives, and the problems that were found in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import ProductStatus

_LINES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """Hold what is wrong with some lines of a file.

    The lines of an error were left out; those of a warning were imported. ``lines`` are counted from 1, which is the
    first line of the header.
    """

    lines: Sequence[int]
    message: str
    is_error: bool = True

    def __str__(self) -> str:
        shown = ", ".join(str(line) for line in self.lines[:_LINES_SHOWN])
        more = len(self.lines) - _LINES_SHOWN
        where = f"line{'s' if len(self.lines) > 1 else ''} {shown}" + (f" and {more} more" if more > 0 else "")
        return f"{where}: {'error' if self.is_error else 'warning'}: {self.message}"


Report = Callable[[Problem], None]

VariantKey = tuple[str, ...]


def variant_key(values: Sequence[str]) -> VariantKey:
    """Return the key that identifies a variant of a product: the option values, without case and surrounding spaces."""
    return tuple(value.strip().casefold() for value in values)


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """Hold what a file says about one variant.

    ``options`` are pairs of a name and a value; if a name is blank, the variant keeps the name that it has. ``values``
    may hold sku, barcode, weight_grams and track_inventory; ``price`` may hold amount and compare_at. A field that is
    missing from them keeps its value. ``quantity`` is the number of pieces for sale, or ``None`` when the file does not
    say. ``image_url`` is blank when the variant has no picture.
    """

    line: int
    options: Sequence[tuple[str, str]]
    values: Mapping[str, object]
    price: Mapping[str, Decimal | None]
    quantity: int | None
    image_url: str

    @property
    def key(self) -> VariantKey:
        """Return the key of the variant among those of its product."""
        return variant_key([value for _, value in self.options])


@dataclass(frozen=True, slots=True)
class ImageDraft:
    """Hold what a file says about the picture at ``url``.

    ``place`` is its number among the product's pictures in their order, from 1. ``values`` holds the model fields
    ``alt`` and ``position`` to write, if the file has columns for them.
    """

    url: str
    place: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """Hold what a file says about one product.

    ``lines`` are the lines of its rows without errors. ``values`` may hold name, description, brand, product_type and
    tags. A field that is missing from them keeps its value. ``category`` holds names from the root down; it is empty
    for no category, and ``None`` to keep the category. ``status`` and ``is_published`` are ``None`` when the file does
    not say. ``replaces_images``: remove the product's imported pictures that are not in ``images``. ``links_images``:
    the file says which picture belongs to which variant. ``is_refused``: nothing of the product can be imported, and
    the reason has been reported. ``lost_markup_line`` is the line of the description, if some of its markup was left
    out.
    """

    handle: str
    lines: Sequence[int]
    values: Mapping[str, object]
    category: Sequence[str] | None
    status: ProductStatus | None
    is_published: bool | None
    variants: Sequence[VariantDraft]
    images: Sequence[ImageDraft]
    replaces_images: bool
    links_images: bool
    is_refused: bool
    lost_markup_line: int | None

    def status_after(self, present: str) -> str:
        """Return the status that the import gives to a product whose status is ``present`` now.

        An archived product stays archived until a file gives another status.
        """
        status = self.status or present
        if self.is_published is False and status == ProductStatus.ACTIVE:
            return ProductStatus.DRAFT
        if self.is_published and self.status is None and status == ProductStatus.DRAFT:
            return ProductStatus.ACTIVE
        return status
