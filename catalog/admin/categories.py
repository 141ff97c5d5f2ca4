"""The admin pages of the category tree."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from treebeard.admin import TreeAdmin

from catalog.admin.forms import CategoryForm
from catalog.models import Category, Product, ProductStatus
from catalog.services import category_delete, category_touch
from utils.admin import ShopAdmin

_ARCHIVED = Q(products__status=ProductStatus.ARCHIVED)


@admin.register(Category)
class CategoryAdmin(TreeAdmin, ShopAdmin):
    """Manage the tree of categories.

    There is no action that deletes several categories, because treebeard's bulk deletion also deletes everything below
    them.
    """

    form = CategoryForm
    actions = None
    list_display = ("name", "slug", "product_count", "archived_count")
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                direct_products=Count("products", filter=~_ARCHIVED),
                archived_products=Count("products", filter=_ARCHIVED),
            )
        )

    @admin.display(description="products", ordering="direct_products")
    def product_count(self, category: Any) -> int:
        return category.direct_products

    @admin.display(description="archived products", ordering="archived_products")
    def archived_count(self, category: Any) -> int:
        return category.archived_products

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # Treebeard sets this only for GET, and can't show the page again after a POST.
        request._treebeard_parent_id = None
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            category_touch(category=obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Return what deleting the categories would affect, without archived products.

        Archived products do not prevent the deletion, because ``category_delete`` takes them out of the category.
        """
        names, counts, needed, protected = super().get_deleted_objects(objs, request)
        in_use = Product.objects.filter(category__in=objs).exclude(status=ProductStatus.ARCHIVED)
        if in_use.exists():
            return names, counts, needed, protected
        return names, counts, needed - {Product._meta.verbose_name}, []

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        category_delete(category=obj)
