"""The admin pages of variants, with their prices and their stock."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import HttpRequest

from catalog.admin.forms import PriceForm, TierForm, VariantForm
from catalog.models import PriceTier, Product, Variant, VariantPrice
from catalog.services import price_ranges_refresh, product_update
from catalog.services.versions import lock_products
from inventory.models import StockItem
from utils.admin import ReadOnlyInline, ShopAdmin, ShopInline
from utils.money import display


class PriceInline(ShopInline):
    model = VariantPrice
    form = PriceForm
    fields = ("currency", "amount", "compare_at")
    classes = ("shop-plain",)
    min_num = 1


class TierInline(ShopInline):
    model = PriceTier
    form = TierForm
    fields = ("currency", "customer_group", "min_quantity", "amount")
    classes = ("shop-plain",)
    verbose_name_plural = "prices of customer groups and of quantities"

    def get_formset(self, request: HttpRequest, obj: Variant | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        groups: Any = formset.form.base_fields.get("customer_group")
        if groups is not None:  # read once for all rows
            groups.choices = list(groups.choices)
        return formset


class StockInline(ReadOnlyInline):
    model = StockItem
    fields = ("page", "location", "on_hand", "reserved", "available")
    verbose_name_plural = "stock"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockItem]:
        return super().get_queryset(request).select_related("variant__product", "location")


@admin.register(Variant)
class VariantAdmin(ShopAdmin):
    """Manage variants. They are switched off, never deleted, because orders and stock point to them."""

    form = VariantForm
    list_display = ("product", "title", "sku", "price", "is_active", "track_inventory")
    list_display_links = ("product", "title", "sku")
    list_filter = ("is_active", "track_inventory")
    search_fields = ("sku", "barcode", "product__name")
    autocomplete_fields = ("product",)
    ordering = ("-id",)
    inlines = (PriceInline, TierInline, StockInline)
    fields = ("product", "options", "sku", "barcode", "weight_grams", "track_inventory", "is_active", "position")

    def get_inlines(self, request: HttpRequest, obj: Variant | None) -> Any:
        return self.inlines if obj else (PriceInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        return False

    def lock_rows(self, pk: str) -> None:
        lock_products(Product.objects.filter(variants__pk=pk))
        super().lock_rows(pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Variant | None = None) -> Any:
        return ("product",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Select variants with their price, and with their product, whose name is part of the variant's name."""
        in_currency = FilteredRelation("prices", condition=Q(prices__currency=settings.DEFAULT_CURRENCY))
        variants = super().get_queryset(request).select_related("product")
        return variants.annotate(price_in=in_currency).annotate(price=F("price_in__amount"))

    @admin.display(description=f"price in {settings.DEFAULT_CURRENCY}", ordering="price")
    def price(self, variant: Any) -> str:
        return "none" if variant.price is None else display(variant.price, settings.DEFAULT_CURRENCY)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        product = form.instance.product
        product_update(product=product)
        price_ranges_refresh(product_ids=[product.pk])
