"""The admin of the category tree."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from treebeard.admin import TreeAdmin

from catalog.admin.forms import CategoryForm
from catalog.models import Category
from catalog.services import category_delete, category_touch
from utils.admin import ShopAdmin


@admin.register(Category)
class CategoryAdmin(TreeAdmin, ShopAdmin):
    """Categories are deleted one by one: in bulk, treebeard would take everything below them along."""

    form = CategoryForm
    actions = None
    list_display = ("name", "slug", "product_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(direct_products=Count("products"))

    @admin.display(description="products", ordering="direct_products")
    def product_count(self, category: Any) -> int:
        return category.direct_products

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # Treebeard prepares this for GET only, and then fails to show the page in answer to anything else.
        request._treebeard_parent_id = None
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            category_touch(category=obj)

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        category_delete(category=obj)
