"""The admin of the category tree."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from treebeard.admin import TreeAdmin

from catalog.admin.forms import CategoryForm
from catalog.models import Category
from catalog.services import category_delete
from utils.admin import ShopAdmin


@admin.register(Category)
class CategoryAdmin(TreeAdmin, ShopAdmin):
    form = CategoryForm
    list_display = ("name", "slug", "product_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(direct_products=Count("products"))

    @admin.display(description="products", ordering="direct_products")
    def product_count(self, category: Any) -> int:
        return category.direct_products

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Categories are deleted one by one: deleting a node in bulk would take everything under it along."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        category_delete(category=obj)
