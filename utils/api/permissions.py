"""Permissions that decide who may call a view; the apps' selectors decide which rows a caller then sees.

Anything not allowed is denied, such as a permission without a name or an action that no permission covers. A check that
raises an error ends the request before it reaches the view.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

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


class ActionPermissions:
    """Decide by action who may call a viewset. The actions of a plain view are its methods, such as ``post``.

    ``permission_classes`` decide who may call an action. ``permissions`` replaces them for the actions that it names.
    Without either, every action is denied.
    """

    permission_classes: Any = [Nobody]
    permissions: ClassVar[Mapping[str, PermissionClass]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a misspelt action in ``permissions``: the real action would get the general permission instead."""
        super().__init_subclass__(**kwargs)
        if unknown := [name for name in cls.permissions if not hasattr(cls, name)]:
            raise TypeError(f"{cls.__name__}.permissions names no action of it: {unknown}")

    def get_permissions(self) -> list[Any]:
        named = self.permissions.get(self._asked_action())
        return [kind() for kind in (self.permission_classes if named is None else [named])]

    def _asked_action(self: Any) -> str:
        """Return the action whose permission applies; OPTIONS and unknown methods follow the action that reads."""
        methods = {name: name for name in ("get", "post", "put", "patch", "delete") if hasattr(self, name)}
        actions: dict[str, str] = getattr(self, "action_map", methods)
        asked = actions.get(str(self.request.method).lower())
        return asked or actions.get("get") or next(iter(actions.values()))
