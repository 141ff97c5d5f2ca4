"""Admin pages of customer groups."""

from django.contrib import admin

from accounts.models import CustomerGroup
from utils.admin import ShopAdmin


@admin.register(CustomerGroup)
class CustomerGroupAdmin(ShopAdmin):
    """Manage customer groups. A group that has members or prices can't be deleted."""

    list_display = ("name", "code")
    search_fields = ("name", "code")
    ordering = ("name",)
