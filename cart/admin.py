"""The admin pages of carts. Staff can only look at them, because carts belong to the customers."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from cart.models import Cart, CartItem
from utils.admin import PartInline, ReadOnlyAdmin


class CartItemInline(PartInline):
    model = CartItem
    fields = ("variant", "quantity", "added_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartItem]:
        return super().get_queryset(request).select_related("variant__product")


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    """Show carts without their token, because a guest's token gives access to the cart."""

    list_display = ("id", "user", "status", "currency", "item_count", "created_at", "updated_at")
    list_filter = ("status", "updated_at")
    list_select_related = ("user",)
    search_fields = ("=id", "user__username", "user__email")
    ordering = ("-id",)
    fields = ("user", "status", "currency", "created_at", "updated_at")
    inlines = (CartItemInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        """Select carts with the number of their items.

        A subquery counts the items of the carts on the page only. A join would count those of the whole table.
        """
        items = CartItem.objects.filter(cart=OuterRef("pk")).order_by().values("cart").annotate(total=Count("pk"))
        return super().get_queryset(request).annotate(item_count=Coalesce(Subquery(items.values("total")), 0))

    @admin.display(description="items")
    def item_count(self, cart: Any) -> int:
        return cart.item_count
