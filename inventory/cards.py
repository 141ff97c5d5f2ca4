"""Write what lists and pages show of a product as ready JSON text.

A text has holes where something stands that changes without the product: its category's name and its stock. A hole is
what stands between two ``HOLE`` characters; JSON never contains that character. ``inventory.listings`` fills them.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from catalog.models import ProductImage
from catalog.unit_prices import tiers_data, tiers_read
from utils.money import display

HOLE = "\x01"
# Changed whenever a text has other fields than before, so that the rows of the release before are made anew.
SHAPE = 2


class Ready(str):
    """Mark a text that is JSON already."""

    __slots__ = ()


CATEGORY = Ready(f"{HOLE}category{HOLE}")


def json_text(data: Any) -> str:
    """Write ``data`` as the renderer of the API does: compact, not in ASCII only, and safe inside of JavaScript."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def card_text(product: Any) -> str:
    """Write a row of /api/v1/products/ without its end: the fields before the stock.

    ``product`` has the columns of ``ProductQuerySet.priced_in``, and ``pictures``.
    """
    return _object(_card(product))[:-1]


def page_text(product: Any) -> str:
    """Write the page of a product without its end. The stock of each counted variant is a hole with its id.

    ``product`` has what ``card_text`` needs, and ``on_offer`` (``catalog.selectors.product_details``).
    """
    page = {
        **_card(product),
        "description": product.description,
        "product_type": product.product_type,
        "tags": [str(tag) for tag in product.tags],
        "variants": Ready(f"[{','.join(map(_variant, product.on_offer))}]"),
        "images": [_image(image) for image in product.pictures],
        "updated_at": _moment(product.updated_at),
    }
    return _object(page)[:-1]


def _object(fields: dict[str, Any]) -> "Ready":
    parts = (f'"{name}":{value if isinstance(value, Ready) else json_text(value)}' for name, value in fields.items())
    return Ready(f"{{{','.join(parts)}}}")


def _card(product: Any) -> dict[str, Any]:
    return {
        "id": product.pk,
        "name": product.name,
        "slug": product.slug,
        "brand": product.brand,
        "category": CATEGORY,
        "price": _amount(product.price, product.currency),
        "price_high": _amount(product.price_high, product.currency),
        "currency": product.currency,
        "image": product.pictures[0].url if product.pictures else None,
        "rating": None if product.rating is None else f"{product.rating:.2f}",
        "review_count": product.review_count,
        "status": product.status,
        "created_at": _moment(product.created_at),
    }


def _variant(variant: Any) -> Ready:
    fields = {
        "id": variant.pk,
        "title": variant.title,
        "options": [{"name": str(option["name"]), "value": str(option["value"])} for option in variant.options],
        "sku": variant.sku,
        "barcode": variant.barcode,
        "weight_grams": variant.weight_grams,
        "track_inventory": variant.track_inventory,
        "price": _amount(variant.price, variant.currency),
        "compare_at": _amount(variant.compare_at, variant.currency),
        "tiers": tiers_data(variant.price, tiers_read(variant.tiers_text), currency=variant.currency),
        "stock": Ready(f"{HOLE}{variant.pk}{HOLE}") if variant.track_inventory else None,
    }
    return _object(fields)


def _image(image: ProductImage) -> dict[str, Any]:
    return {
        "id": image.pk,
        "url": image.url,
        "alt": image.alt,
        "position": image.position,
        "variant": image.variant_id,
    }


def _amount(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else display(amount, currency)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
