"""The admin pages of products, with their pictures and an overview of their variants."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.forms import ImageForm, ProductAddForm, ProductForm
from catalog.models import PriceRange, Product, ProductImage, ProductStatus, Variant
from catalog.querysets import ProductQuerySet
from catalog.services import image_add, price_ranges_refresh, product_archive, product_create, product_update
from utils.admin import PartInline, ShopAdmin, ShopInline, amount_column
from utils.money import display

_FIELDS = ("name", "slug", "status", "category", "seller", "brand", "product_type", "tags", "description")
_FIELDS_LATER = (*_FIELDS, "default_variant")


def _offer_own_variants(field: Any, product: Product | None) -> None:
    """Limit the field's choices to the product's variants, and remove its links to add or change variants.

    The choices are read once for all rows of a formset.
    """
    if field is not None:
        field.queryset = Variant.objects.filter(product=product).select_related("product")
        field.choices = list(field.choices)
        wrapper = field.widget
        wrapper.can_add_related = wrapper.can_change_related = wrapper.can_view_related = False


class VariantInline(ShopInline):
    """Show an overview of the product's variants. Each row links to the variant's own page, with prices and options."""

    model = Variant
    fields = ("sku", "barcode", "is_active", "position", "priced_at")
    readonly_fields = ("priced_at",)
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return super().get_queryset(request).select_related("product").prefetch_related("prices")

    @admin.display(description="prices")
    def priced_at(self, variant: Variant) -> str:
        prices = (f"{display(price.amount, price.currency)} {price.currency}" for price in variant.prices.all())
        return ", ".join(prices) or "none"


class PriceRangeInline(PartInline):
    model = PriceRange
    fields = ("currency", "lowest", "highest")
    verbose_name_plural = "price ranges (worked out from the variants' prices)"
    classes = ("collapse", "shop-plain")
    lowest = amount_column("low")
    highest = amount_column("high")


class ImageInline(ShopInline):
    model = ProductImage
    form = ImageForm
    fields = ("thumbnail", "file", "source_url", "alt", "variant", "position")
    readonly_fields = ("thumbnail",)
    classes = ("shop-plain", "shop-narrow")

    def get_formset(self, request: HttpRequest, obj: Product | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        _offer_own_variants(formset.form.base_fields.get("variant"), obj)
        return formset

    @admin.display(description="")
    def thumbnail(self, image: ProductImage) -> SafeString | str:
        return format_html('<img src="{}" alt="" class="shop-thumbnail">', image.url) if image.pk else ""


@admin.register(Product)
class ProductAdmin(ShopAdmin):
    """Manage products. They are archived, never deleted, because orders point to them."""

    change_form_template = "admin/catalog/product/change_form.html"
    form = ProductForm
    list_display = ("name", "status", "category", "seller", "price", "rating", "review_count", "updated_at")
    list_filter = ("status", "updated_at")
    list_select_related = ("category", "seller")
    ordering = ("-id",)
    search_fields = ("search_text",)
    search_help_text = "Name, brand, type, tags, SKU or description"
    autocomplete_fields = ("category", "seller")
    readonly_fields = ("rating", "review_count", "created_at", "updated_at")
    inlines = (VariantInline, ImageInline, PriceRangeInline)
    actions = ("put_on_sale", "take_off_sale")

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        if obj is None:
            first_variant = {"fields": (("price", "currency"), "sku"), "description": "The price per piece."}
            return [(None, {"fields": _FIELDS}), ("First variant", first_variant)]
        return [(None, {"fields": _FIELDS_LATER}), ("Figures", {"fields": self.readonly_fields})]

    def get_form(self, request: HttpRequest, obj: Product | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = ProductAddForm
        form = super().get_form(request, obj, change=change, **kwargs)
        _offer_own_variants(form.base_fields.get("default_variant"), obj)
        return form

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:
        return self.inlines if obj else (ImageInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> ProductQuerySet:
        products: Any = super().get_queryset(request)
        return products.priced_in(settings.DEFAULT_CURRENCY)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search as the public product search does, but keep the order of the list."""
        return queryset.search(search_term).order_by(*queryset.query.order_by), False

    @admin.display(description=f"price in {settings.DEFAULT_CURRENCY}", ordering="price")
    def price(self, product: Any) -> str:
        ends = {product.price, product.price_high} - {None}
        return " - ".join(display(amount, settings.DEFAULT_CURRENCY) for amount in sorted(ends)) or "none"

    def save_model(self, request: HttpRequest, obj: Product, form: forms.ModelForm, change: bool) -> None:
        if change:
            product_update(product=obj, **{name: form.cleaned_data[name] for name in form.changed_data})
        else:
            obj.pk = product_create(**form.cleaned_data).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            product_update(product=form.instance)
            price_ranges_refresh(product_ids=[form.instance.pk])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not ProductImage:
            super().save_formset(request, form, formset, change)
            return
        for image in formset.save(commit=False):
            if image.pk is None and image.file:
                image_add(product=form.instance, file=image.file, alt=image.alt, variant=image.variant)
            else:
                image.save()
        for image in formset.deleted_objects:
            image.delete()

    @admin.action(description="Put on sale", permissions=["change"])
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        def act(product: Product) -> None:
            product_update(product=product, status=ProductStatus.ACTIVE)

        self.for_each(request, queryset, act, done="Products put on sale: {count}.")

    @admin.action(description="Take off sale (archive)", permissions=["change"])
    def take_off_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        def act(product: Product) -> None:
            product_archive(product=product)

        self.for_each(request, queryset, act, done="Products taken off sale: {count}.")
