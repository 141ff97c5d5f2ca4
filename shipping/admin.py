"""The admin pages of addresses, shipping methods and parcels."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.text import Truncator

from shipping.models import (
    Address,
    RateBasis,
    Shipment,
    ShippingMethod,
    ShippingRate,
    ShippingZone,
    ShippingZonePlace,
)
from shipping.panels import tracking_panel
from shipping.services import address_update
from shipping.zones import ANY_REST, is_in_order, postcode_key
from utils.admin import (
    AmountsForm,
    Panel,
    PanelAdmin,
    PhoneForm,
    ReadOnlyAdmin,
    ShopAdmin,
    ShopInline,
    StaleCheck,
    StaleCheckFormSet,
)
from utils.countries import country_codes, country_name

_ADDRESS = ("name", "phone", "street", "city", "state", "postal_code", "country")


class RateForm(AmountsForm):
    """Read a rate. Its lower edge is an amount of its currency, or whole grams or pieces."""

    amount_fields = ("price", "free_from")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        edge, currency = self.cleaned_data.get("from_value"), self.cleaned_data.get("currency")
        if edge is None:
            return cleaned
        if self.cleaned_data.get("basis") != RateBasis.PRICE:
            if edge % 1:
                self.add_error("from_value", "Grams and pieces are whole numbers.")
        elif currency:
            self._check("from_value", edge, currency)
        return cleaned


class RateFormSet(StaleCheckFormSet):
    """Read all rates of a method. Those of one zone and currency differ in their lower edges only."""

    def clean(self) -> None:
        super().clean()
        valid = [form for form in self.forms if form.is_valid() and form.cleaned_data]
        kept = [form for form in valid if not form.cleaned_data.get(DELETION_FIELD_NAME)]
        bases: dict[Any, str] = {}
        edges: set[Any] = set()
        for form in kept:
            rate = form.cleaned_data
            where, basis, edge = (rate["zone"], rate["currency"]), rate["basis"], rate["from_value"]
            if bases.setdefault(where, basis) != basis:
                form.add_error("basis", "All rates of a zone and currency have the same basis.")
            elif (where, edge) in edges:
                form.add_error("from_value", "Another rate of this zone and currency begins here.")
            edges.add((where, edge))


class RateInline(ShopInline):
    model = ShippingRate
    form = RateForm
    formset = RateFormSet
    fields = ("zone", "currency", "basis", "from_value", "price", "free_from")
    classes = ("shop-plain",)


class PlaceForm(StaleCheck):
    """Read a place of a zone. Postcodes are stored in capitals, with their spaces."""

    country = forms.ChoiceField(
        choices=lambda: [("", "---------"), *((code, country_name(code)) for code in country_codes())]
    )

    def clean_postcode_from(self) -> str:
        return str(self.cleaned_data["postcode_from"]).upper()

    def clean_postcode_to(self) -> str:
        return str(self.cleaned_data["postcode_to"]).upper()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        first, last = (postcode_key(self.cleaned_data.get(f"postcode_{edge}") or "") for edge in ("from", "to"))
        if ANY_REST in first[:-1] or ANY_REST in last or first == ANY_REST:
            self.add_error("postcode_from", "The * stands at the end, after the beginning of a postcode: BT*")
        elif last and first.endswith(ANY_REST):
            self.add_error("postcode_to", "Postcodes that begin alike need no end.")
        elif last and not first:
            self.add_error("postcode_from", "Where do the postcodes begin?")
        elif last and not is_in_order(first, last):
            self.add_error("postcode_to", "The postcodes end before they begin.")
        return cleaned


class PlaceInline(ShopInline):
    model = ShippingZonePlace
    form = PlaceForm
    fields = ("country", "region", "postcode_from", "postcode_to")
    classes = ("shop-plain",)


@admin.register(ShippingZone)
class ShippingZoneAdmin(ShopAdmin):
    """Edit shipping zones. Their rates are on the pages of the shipping methods."""

    list_display = ("name", "where", "position")
    search_fields = ("name", "places__country", "places__region")
    inlines = (PlaceInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingZone]:
        return super().get_queryset(request).prefetch_related("places")

    @admin.display(description="places")
    def where(self, zone: ShippingZone) -> str:
        return Truncator(", ".join(str(place) for place in zone.places.all())).chars(100)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(ShopAdmin):
    list_display = ("name", "code", "is_active", "is_pickup", "position")
    list_filter = ("is_active", "is_pickup")
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "description", "is_active", "position")}),
        ("Delivery", {"fields": ("min_days", "max_days", "max_weight_grams")}),
        ("Pickup", {"fields": ("is_pickup", "pickup_address")}),
    )
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
        "pickup_address",
        "estimated_from",
        "estimated_to",
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
