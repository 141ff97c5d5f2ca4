"""The fields that the catalogue's services take by name. The services check what mypy can't."""

from typing import TypedDict

from accounts.models import User
from catalog.models import Category, Variant


class ProductFields(TypedDict, total=False):
    """Define the fields of a product, apart from its name, description and slug."""

    brand: str
    product_type: str
    tags: list[str]
    category: Category | None
    seller: User | None
    payout_phone: str
    status: str
    default_variant: Variant | None


class ProductChanges(ProductFields, total=False):
    """Define the fields of a product that can be changed."""

    name: str
    description: str
    slug: str


class VariantFields(TypedDict, total=False):
    """Define the fields of a variant, apart from its options, SKU and price."""

    barcode: str
    weight_grams: int | None
    track_inventory: bool
    position: int


class CategoryChanges(TypedDict, total=False):
    """Define the fields of a category that can be changed."""

    name: str
    slug: str
    description: str
