"""The admin pages of addresses, shipping methods and parcels."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from shipping.models import Address, Shipment, ShippingMethod, ShippingRate
from shipping.panels import tracking_panel
from shipping.services import address_update
from utils.admin import AmountsForm, Panel, PanelAdmin, PhoneForm, ReadOnlyAdmin, ShopAdmin, ShopInline

_ADDRESS = ("name", "phone", "street", "city", "state", "postal_code", "country")


class RateForm(AmountsForm):
    amount_fields = ("price", "free_from")


class RateInline(ShopInline):
    model = ShippingRate
    form = RateForm
    fields = ("currency", "price", "free_from")
    classes = ("shop-plain",)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(ShopAdmin):
    list_display = ("name", "code", "is_active", "position")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    prepopulated_fields = {"code": ("name",)}
    inlines = (RateInline,)


@admin.register(Address)
class AddressAdmin(ShopAdmin):
    """Let staff correct addresses. Only customers add addresses, to their own address book."""

    form = PhoneForm

    list_display = ("user", "name", "street", "city", "country", "is_default")
    list_display_links = ("user", "street")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "name", "street", "postal_code")
    ordering = ("-id",)
    fields = ("user", *_ADDRESS, "is_default", "created_at")
    readonly_fields = ("user", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Address, form: Any, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        address_update(user=obj.user, number=obj.number, **changed)


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin, PanelAdmin):
    """Show parcels. Staff change the carrier and tracking number; the status follows from the parcel's order."""

    list_display = (
        "id",
        "order",
        "status",
        "name",
        "one_line",
        "carrier",
        "tracking_number",
        "shipped_at",
    )
    list_display_links = ("id", "one_line")
    list_filter = ("status", "method", "shipped_at")
    list_select_related = ("order",)
    search_fields = ("=tracking_number", "name", "postal_code", "^order__number")
    ordering = ("-id",)
    readonly_fields = ("order",)
    fields = (
        "order",
        *_ADDRESS,
        "method",
        "status",
        "carrier",
        "tracking_number",
        "shipped_at",
        "delivered_at",
    )

    @admin.display(ordering="order__number")
    def order(self, shipment: Shipment) -> Any:
        return getattr(shipment, "order", None)

    @admin.display(description="address")
    def one_line(self, shipment: Shipment) -> str:
        return shipment.one_line()

    def panels(self, request: HttpRequest, obj: Shipment) -> list[Panel]:
        return [tracking_panel(obj)]
