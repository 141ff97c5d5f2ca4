"""What the database holds of the products in a batch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Product, ProductImage, Variant, VariantPrice


@dataclass(frozen=True)
class Present:
    """``products`` by slug, ``variants`` and ``images`` by product, ``prices`` by variant.

    ``sellers_slugs``: those that a seller's product has. An import never touches such a product.
    """

    products: dict[str, Product]
    sellers_slugs: frozenset[str]
    variants: dict[int, list[Variant]]
    prices: dict[int, VariantPrice]
    images: dict[int, list[ProductImage]]


def present(handles: Iterable[str], *, currency: str) -> Present:
    """Read and lock the shop's own products with these slugs, and note the slugs that sellers' products have.

    A second import of the same file waits for the lock and then finds nothing to do. The lock leaves foreign
    keys alone, so carts, orders and reviews do not wait for it.
    """
    locked = Product.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = list(locked.filter(slug__in=list(handles)))
    products = {product.slug: product for product in found if product.seller_id is None}
    ids = [product.pk for product in products.values()]
    variants: dict[int, list[Variant]] = defaultdict(list)
    images: dict[int, list[ProductImage]] = defaultdict(list)
    prices: dict[int, VariantPrice] = {}
    if ids:
        for variant in Variant.objects.filter(product__in=ids):
            variants[variant.product_id].append(variant)
        for image in ProductImage.objects.filter(product__in=ids):
            images[image.product_id].append(image)
        for price in VariantPrice.objects.filter(variant__product__in=ids, currency=currency):
            prices[price.variant_id] = price
    return Present(
        products=products,
        sellers_slugs=frozenset(product.slug for product in found if product.seller_id is not None),
        variants=variants,
        prices=prices,
        images=images,
    )
