"""Chainable filters over products."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When

if TYPE_CHECKING:
    from catalog.models import Category

_LONGEST_SEARCH_WORDS = 8


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
        """Every word of ``text`` occurs somewhere; products with all of them in the name come first."""
        words = text.lower().split()[:_LONGEST_SEARCH_WORDS]
        if not words:
            return self
        anywhere, in_name = Q(), Q()
        for word in words:
            anywhere &= Q(search_text__contains=word)
            in_name &= Q(name__icontains=word)
        by_name = Case(When(in_name, then=Value(0)), default=Value(1))
        return self.filter(anywhere).order_by(by_name, "id")
