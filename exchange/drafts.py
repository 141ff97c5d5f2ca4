"""What a product file says, and what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import ProductStatus

_LINES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong with some lines. An error's lines did not go in; a warning's did.

    ``lines`` count from 1, the header's first.
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
    """Return what tells a product's variants apart: option values, however they are spaced and capitalised."""
    return tuple(value.strip().casefold() for value in values)


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """Hold what a file says of one variant. A name that is missing from ``values`` or ``price`` keeps what it was.

    ``options``: pairs of name and value; a blank name is the one the variant has already.
    ``values``: sku, barcode, weight_grams, track_inventory. ``price``: amount, compare_at.
    ``quantity``: pieces for sale, ``None`` when the file does not say. ``image_url``: blank for none.
    """

    line: int
    options: Sequence[tuple[str, str]]
    values: Mapping[str, object]
    price: Mapping[str, Decimal | None]
    quantity: int | None
    image_url: str

    @property
    def key(self) -> VariantKey:
        return variant_key([value for _, value in self.options])


@dataclass(frozen=True, slots=True)
class ImageDraft:
    """Hold what a file says of the picture at ``url``. ``place`` counts from 1.

    ``values``: alt and position, where the file has such a column.
    """

    url: str
    place: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """Hold what a file says of one product. A name that is missing from ``values`` keeps what it was.

    ``lines``: of its good rows. ``values``: name, description, brand, product_type, tags.
    ``category``: names from the root down; empty for none, ``None`` to keep it.
    ``status`` and ``is_published``: ``None`` where the file does not say.
    ``replaces_images``: pictures of the product that have a URL, and are not in ``images``, are removed.
    ``links_images``: the file says which picture belongs to which variant.
    ``is_refused``: nothing of it can go in, and why has been reported.
    ``lost_markup_line``: of the description, if some of its markup was left out.
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
        """Return the status of a product whose status is ``present`` now.

        What is archived stays so until a file says otherwise.
        """
        status = self.status or present
        if self.is_published is False and status == ProductStatus.ACTIVE:
            return ProductStatus.DRAFT
        if self.is_published and self.status is None and status == ProductStatus.DRAFT:
            return ProductStatus.ACTIVE
        return status
