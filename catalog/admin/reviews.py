"""The admin pages of customers' reviews. Staff can delete a review, but not rewrite it."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from catalog.models import Review
from catalog.services import review_delete
from utils.admin import ShopAdmin


@admin.register(Review)
class ReviewAdmin(ShopAdmin):
    list_display = ("product", "rating", "user", "is_verified_purchase", "excerpt", "created_at")
    list_filter = ("rating", "is_verified_purchase", "created_at")
    list_select_related = ("product", "user")
    search_fields = ("product__name", "user__username", "comment")
    fields = ("product", "user", "rating", "is_verified_purchase", "comment", "created_at", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="comment")
    def excerpt(self, review: Review) -> str:
        return Truncator(review.comment).chars(80)

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        review_delete(review=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        with transaction.atomic():
            for review in queryset:
                review_delete(review=review)
