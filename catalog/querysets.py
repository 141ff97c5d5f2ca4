"""Chainable filters over products."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from utils.text import fold

if TYPE_CHECKING:
    from catalog.models import Category

_LONGEST_SEARCH_WORDS = 8
# The name is the first line of ``search_text``.
_end_of_name = StrIndex("search_text", Value("\n"))


class ProductQuerySet(models.QuerySet[Any]):
    def on_sale(self) -> Self:
        """What the public sees. (``status`` is named in full so that its index is used.)"""
        return self.filter(status="active")

    def priced_in(self, currency: str) -> Self:
        """Adds ``currency``, and in it ``price`` and ``price_high``, the lowest and highest; ``None`` without any."""
        return self.annotate(
            range_in=FilteredRelation("price_ranges", condition=Q(price_ranges__currency=currency))
        ).annotate(price=F("range_in__low"), price_high=F("range_in__high"), currency=Value(currency))

    def cheaper_or_equal(self, amount: Decimal) -> Self:
        """After ``priced_in``."""
        return self.filter(range_in__low__lte=amount)

    def dearer_or_equal(self, amount: Decimal) -> Self:
        """After ``priced_in``."""
        return self.filter(range_in__low__gte=amount)

    def below(self, category: "Category") -> Self:
        """In ``category`` or anywhere under it."""
        return self.filter(category__path__startswith=category.path)

    def search(self, text: str) -> Self:
        """Keep products in which every word of ``text`` occurs, first those with all of them in the name.

        Letter case, accents and Unicode spelling do not matter (``utils.text.fold``).
        """
        words = fold(text).split()[:_LONGEST_SEARCH_WORDS]
        if not words:
            return self
        anywhere, in_name = Q(), Q()
        for word in words:
            anywhere &= Q(search_text__contains=word)
            in_name &= Q(GreaterThan(_end_of_name, StrIndex("search_text", Value(word))))
        by_name = Case(When(in_name, then=Value(0)), default=Value(1))
        return self.filter(anywhere).order_by(by_name, "id")
