"""Cards: what a product shows apart from its stock, kept in the cache by version.

A card rarely changes and is the most expensive part of an answer. Its cache key holds the product's ``updated_at``,
which is read from the database in the same request and which changes whenever something changes that a card shows
(``catalog.services.products_touch``). An outdated card is therefore never found again, and need not be deleted. A card
does not depend on the caller. Orders never take their prices from cards.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from rest_framework.serializers import BaseSerializer

from catalog.models import Product
from utils.api.views import prepared

KEPT_SECONDS = 3600
# In characters. Together with ``MAX_ENTRIES`` it limits the size of the cache in memory.
_LARGEST = 32_000

Version = tuple[int, datetime]
Load = Callable[[list[int]], Iterable[Product]]


def cards(
    shape: type[BaseSerializer], versions: Sequence[Version], *, load: Load, currency: str
) -> dict[int, dict[str, Any]]:
    """Return the card of each product in ``versions``, with prices in ``currency``, by product id.

    A version is a pair of a product's id and ``updated_at``. ``shape`` is the serializer of the card. ``load`` reads
    the products whose cards are not in the cache, with everything that ``shape`` shows.
    """
    serializer: Any = prepared(shape)
    # The key names the fields, so that a release with other fields does not use the previous release's cards.
    fields = zlib.crc32(",".join(serializer.fields).encode())
    stem = f"card:{shape.__module__}.{shape.__name__}:{fields}:{currency}"
    keys = {pk: f"{stem}:{pk}:{updated_at.timestamp():.6f}" for pk, updated_at in versions}
    known = cache.get_many(keys.values()) or {}
    found = {pk: known[key] for pk, key in keys.items() if key in known}
    missing = [pk for pk in keys if pk not in found]
    if missing:
        fresh = {product.pk: serializer.to_representation(product) for product in load(missing)}
        kept = {keys[pk]: card for pk, card in fresh.items() if len(str(card)) <= _LARGEST}
        cache.set_many(kept, timeout=KEPT_SECONDS)
        found |= fresh
    return found
