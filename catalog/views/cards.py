"""Products as they are shown, kept in the cache by version.

What a product shows apart from its stock changes seldom and costs most to put together. A card's key holds the
product's ``updated_at``, read from the database in the same request: whatever changes what a card shows moves it
(``catalog.services.products_touch``), so an old card is never found again rather than invalidated. Nothing in a card
depends on who asks. Prices that count, when ordering, are never read from here.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.serializers import BaseSerializer

from catalog.models import Product
from utils.api.views import prepared

KEPT_SECONDS = 3600
# Characters. With ``MAX_ENTRIES`` it bounds what the cache in memory holds.
_LARGEST = 32_000

Version = tuple[int, datetime]
Load = Callable[[list[int]], Iterable[Product]]


def cards(shape: type[BaseSerializer], versions: Sequence[Version], *, load: Load) -> dict[int, dict[str, Any]]:
    """The card of each product in ``versions`` (id and ``updated_at``), by id.

    ``load`` reads the products whose cards are not in the cache, with all that ``shape`` shows of them.
    """
    serializer: Any = prepared(shape)
    # A release that shows other fields must not find the cards of the one before it.
    fields = zlib.crc32(",".join(serializer.fields).encode())
    stem = f"card:{shape.__module__}.{shape.__name__}:{fields}:{settings.DEFAULT_CURRENCY}"
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
