"""The admin pages of promotions, with their items and codes, and of tax rates."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from orders.models import Promotion, PromotionCode, PromotionItem, PromotionUse, TaxRate
from utils.admin import ReadOnlyInline, ShopAdmin, ShopInline


class ItemInline(ShopInline):
    model = PromotionItem
    fields = ("category", "product", "variant")
    autocomplete_fields = ("product", "variant")
    raw_id_fields = ("category",)
    classes = ("shop-plain",)


class CodeInline(ShopInline):
    model = PromotionCode
    fields = ("code", "is_single_use")
    classes = ("shop-plain",)


class UseInline(ReadOnlyInline):
    model = PromotionUse
    fields = ("order", "code", "amount", "created_at", "released_at")
    verbose_name_plural = "orders that use it"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromotionUse]:
        return super().get_queryset(request).select_related("order", "code")


@admin.register(Promotion)
class PromotionAdmin(ShopAdmin):
    """Manage promotions. One that orders have used can't be deleted; it is made inactive."""

    list_display = ("name", "kind", "scope", "needs_code", "starts_at", "ends_at", "uses", "is_active")
    list_filter = ("is_active", "kind", "needs_code")
    search_fields = ("name", "codes__code")
    readonly_fields = ("uses",)
    inlines = (ItemInline, CodeInline, UseInline)


@admin.register(TaxRate)
class TaxRateAdmin(ShopAdmin):
    list_display = ("name", "country", "region", "tax_class", "percentage", "is_for_shipping")
    list_filter = ("country",)
    search_fields = ("name", "country", "region")
