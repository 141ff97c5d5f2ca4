"""Admin pages of groups."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from utils.admin import ShopAdmin, StaleCheck

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ShopAdmin, DjangoGroupAdmin):
    """Let only superusers change groups, because a group's permissions become its members' permissions."""

    form = StaleCheck

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser
