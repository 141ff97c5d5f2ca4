"""Permissions that decide who may call a view; the apps' selectors decide which rows a caller then sees.

Anything not allowed is denied, such as a permission without a name or a method that is not in the mapping. A check that
raises an error ends the request before it reaches the view.
"""

from typing import ClassVar

from rest_framework.permissions import BasePermission, OperandHolder
from rest_framework.request import Request
from rest_framework.views import APIView

PermissionClass = type[BasePermission] | OperandHolder


class Nobody(BasePermission):
    """Deny everybody; this is the default for a viewset that declares no permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class IsStaff(BasePermission):
    """Allow every member of staff, whatever their groups."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)


class IsSeller(BasePermission):
    """Allow sellers who may sell."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_seller)


class _StaffWith(IsStaff):
    """Allow staff with Django's ``permission``, and nobody when it is empty."""

    permission: ClassVar[str] = ""

    def has_permission(self, request: Request, view: APIView) -> bool:
        named = self.permission
        return bool(named) and super().has_permission(request, view) and request.user.has_perm(named)


def staff_with(permission: str) -> type[BasePermission]:
    """Make a permission class that allows staff with Django's ``permission``, such as ``orders.change_order``.

    Superusers have every permission.
    """
    return type("StaffWith", (_StaffWith,), {"permission": permission})


class _ByMethod(BasePermission):
    """Apply the permission class of the request's HTTP method, and deny a method that has none."""

    classes: ClassVar[dict[str, PermissionClass]] = {}

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        if method in self.classes:
            return self.classes[method]().has_permission(request, view)
        if not hasattr(view, method.lower()):
            view.http_method_not_allowed(request)
        return False


def by_method(**classes: PermissionClass) -> type[BasePermission]:
    """Make a permission class with one class for each HTTP method, such as ``GET=AllowAny``.

    HEAD and OPTIONS follow GET.
    """
    return type("ByMethod", (_ByMethod,), {"classes": classes})
