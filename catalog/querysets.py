"""Chainable filters of products."""

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from utils.text import fold

if TYPE_CHECKING:
    from catalog.models import Product

_MOST_SEARCH_WORDS = 8
# The name is the first line of ``search_text``.
_end_of_name = StrIndex("search_text", Value("\n"))


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> Self:
        """Keep the products that the public sees. ``status`` is compared for equality, so that its index is used."""
        return self.filter(status="active")

    def priced_in(self, currency: str) -> Self:
        """Add the columns ``currency``, ``price`` and ``price_high``.

        ``price`` and ``price_high`` are the product's lowest and highest price in ``currency``, or ``None`` when it
        has no price in that.
        """
        return self.annotate(
            range_in=FilteredRelation("price_ranges", condition=Q(price_ranges__currency=currency))
        ).annotate(price=F("range_in__low"), price_high=F("range_in__high"), currency=Value(currency))

    def cheaper_or_equal(self, amount: Decimal) -> Self:
        """Keep the products whose lowest price is ``amount`` or less, in the currency chosen by ``priced_in``.

        Call ``priced_in`` first. Products without a price in that currency are left out.
        """
        return self.filter(range_in__low__lte=amount)

    def dearer_or_equal(self, amount: Decimal) -> Self:
        """Keep the products whose lowest price is ``amount`` or more, in the currency chosen by ``priced_in``.

        Call ``priced_in`` first. Products without a price in that currency are left out.
        """
        return self.filter(range_in__low__gte=amount)

    def below(self, path: str) -> Self:
        """Keep the products in the category with this ``path`` (treebeard's), or in any category below it."""
        return self.filter(category__path__startswith=path)

    def search(self, text: str) -> Self:
        """Keep the products that contain every word of ``text``, those with all the words in the name first.

        Letter case, accents and Unicode spelling do not matter (``utils.text.fold``).
        """
        words = fold(text).split()[:_MOST_SEARCH_WORDS]
        if not words:
            return self
        anywhere, in_name = Q(), Q()
        for word in words:
            anywhere &= Q(search_text__contains=word)
            in_name &= Q(GreaterThan(_end_of_name, StrIndex("search_text", Value(word))))
        by_name = Case(When(in_name, then=Value(0)), default=Value(1))
        return self.filter(anywhere).order_by(by_name, "id")
