"""Who may call a view. Which rows they then see is decided by the apps' selectors.

Whatever is not said is denied: a permission without a name, a method that is not in the mapping. A check that raises
ends the request before the view is reached.
"""

from typing import ClassVar

from rest_framework.permissions import BasePermission, OperandHolder
from rest_framework.request import Request
from rest_framework.views import APIView

PermissionClass = type[BasePermission] | OperandHolder


class Nobody(BasePermission):
    """Deny everybody: what a viewset does not say."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class IsStaff(BasePermission):
    """For what every member of staff may do, in whichever group."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)


class IsSeller(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_seller)


class _StaffWith(IsStaff):
    permission: ClassVar[str] = ""

    def has_permission(self, request: Request, view: APIView) -> bool:
        named = self.permission
        return bool(named) and super().has_permission(request, view) and request.user.has_perm(named)


def staff_with(permission: str) -> type[BasePermission]:
    """Staff who hold Django's ``permission``, such as ``orders.change_order``; superusers hold every one."""
    return type("StaffWith", (_StaffWith,), {"permission": permission})


class _ByMethod(BasePermission):
    classes: ClassVar[dict[str, PermissionClass]] = {}

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        if method in self.classes:
            return self.classes[method]().has_permission(request, view)
        if not hasattr(view, method.lower()):
            view.http_method_not_allowed(request)
        return False


def by_method(**classes: PermissionClass) -> type[BasePermission]:
    """Another permission class for each method, such as ``GET=AllowAny``. HEAD and OPTIONS go by GET."""
    return type("ByMethod", (_ByMethod,), {"classes": classes})
