"""The admin pages of stock.

Staff never type in how many pieces there are; they record a movement, and the ledger says who and why.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventory.models import Location, MovementKind, Reservation, StockItem, StockMovement
from inventory.services import stock_adjust, stock_item_for
from utils.admin import Button, Panel, PanelAdmin, ReadOnlyAdmin, ShopAdmin, signed_in

# Sales are not offered: the orders app records them, with the order's number.
_KINDS_BY_HAND = [choice for choice in MovementKind.choices if choice[0] != MovementKind.SALE]
_MOST_PIECES = 1_000_000
_ITEM_PATH = ("stock_item__variant__product", "stock_item__location")


class BookForm(forms.Form):
    delta = forms.IntegerField(
        label="Pieces",
        min_value=-_MOST_PIECES,
        max_value=_MOST_PIECES,
        help_text="A negative number takes pieces out of stock",
    )
    kind = forms.ChoiceField(choices=_KINDS_BY_HAND)
    note = forms.CharField(max_length=255, required=False)

    def clean_delta(self) -> int:
        delta: int = self.cleaned_data["delta"]
        if delta == 0:
            raise forms.ValidationError("Enter a number other than 0.")
        return delta


class CountForm(forms.Form):
    counted = forms.IntegerField(
        min_value=0, max_value=_MOST_PIECES, help_text="All pieces at this location, reserved ones too"
    )
    note = forms.CharField(max_length=255, required=False)


class LowStockFilter(admin.SimpleListFilter):
    title = "available"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "Sold out"), ("low", f"{settings.LOW_STOCK_THRESHOLD} or fewer")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        most = {"none": 0, "low": settings.LOW_STOCK_THRESHOLD}.get(self.value() or "")
        return queryset if most is None else queryset.filter(left__lte=most)


@admin.register(Location)
class LocationAdmin(ShopAdmin):
    list_display = ("name", "priority")
    search_fields = ("name",)


@admin.register(StockItem)
class StockItemAdmin(PanelAdmin):
    list_display = ("variant", "sku", "location", "on_hand", "reserved", "available")
    list_filter = (LowStockFilter, "location")
    search_fields = ("variant__sku", "variant__product__name")
    autocomplete_fields = ("variant", "location")
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: StockItem | None = None) -> Any:
        names = ("variant", "location")
        return (*names, "on_hand", "reserved", "available", "ledger") if obj else names

    def has_change_permission(self, request: HttpRequest, obj: StockItem | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StockItem | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockItem]:
        items: Any = super().get_queryset(request)
        return items.select_related("variant__product", "location").with_available()

    @admin.display(description="SKU", ordering="variant__sku")
    def sku(self, item: StockItem) -> str:
        return item.variant.sku

    @admin.display(ordering="left")
    def available(self, item: StockItem) -> int:
        return item.available

    @admin.display(description="ledger")
    def ledger(self, item: StockItem) -> SafeString:
        here = f"?stock_item__id__exact={item.pk}"
        return format_html(
            '<a href="{}{}">Movements</a> &nbsp; <a href="{}{}">Reservations</a>',
            reverse("admin:inventory_stockmovement_changelist"),
            here,
            reverse("admin:inventory_reservation_changelist"),
            here,
        )

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:
        """Create a stock item without pieces, or find the one that exists. A stock item is never changed here."""
        obj.pk = stock_item_for(variant=obj.variant, location=obj.location).pk

    def panels(self, request: HttpRequest, obj: StockItem) -> list[Panel]:
        def book(fields: dict[str, Any], button: str) -> str:
            stock_adjust(stock_item=obj, actor=signed_in(request), **fields)
            return f"Recorded {fields['delta']:+d} pieces."

        def count(fields: dict[str, Any], button: str) -> str:
            return self._count(request, obj, **fields)

        return [
            Panel("book", "Add or remove pieces", [Button("book", "Record")], book, BookForm),
            Panel("count", "Stock-take", [Button("count", "Record the difference")], count, CountForm),
        ]

    def _count(self, request: HttpRequest, obj: StockItem, *, counted: int, note: str) -> str:
        """Record the difference between ``counted`` and what is on hand, and return a message about it.

        The stock item is locked, so that no sale happens in between.
        """
        with transaction.atomic():
            item = StockItem.objects.filter(pk=obj.pk).locked().get()
            delta = counted - item.on_hand
            if delta:
                kind = MovementKind.ADJUSTMENT
                stock_adjust(
                    stock_item=item, delta=delta, kind=kind, actor=signed_in(request), note=note or "Stock-take"
                )
        return f"Counted {counted}: recorded {delta:+d}." if delta else f"Counted {counted}: no difference."


class LedgerAdmin(ReadOnlyAdmin):
    """Show rows that belong to a stock item."""

    @admin.display
    def variant(self, row: Any) -> str:
        return str(row.stock_item.variant)

    @admin.display
    def location(self, row: Any) -> str:
        return str(row.stock_item.location)


@admin.register(StockMovement)
class StockMovementAdmin(LedgerAdmin):
    list_display = ("created_at", "variant", "location", "kind", "quantity", "reference", "note", "actor")
    list_filter = ("kind", "created_at")
    list_select_related = (*_ITEM_PATH, "actor")
    search_fields = ("=reference", "stock_item__variant__sku")
    fields = ("stock_item", "kind", "quantity", "reference", "note", "actor", "created_at")


@admin.register(Reservation)
class ReservationAdmin(LedgerAdmin):
    list_display = ("reference", "variant", "location", "quantity", "state", "created_at", "closed_at")
    list_filter = ("state", "created_at")
    list_select_related = _ITEM_PATH
    search_fields = ("=reference", "stock_item__variant__sku")
    ordering = ("-id",)
    fields = ("reference", "stock_item", "quantity", "state", "created_at", "closed_at")
