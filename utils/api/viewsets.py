"""Base classes of the viewsets of /api/v1/."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.permissions import AllowAny

from utils.api.permissions import Nobody, PermissionClass
from utils.api.views import ListMixin


class ActionPermissions:
    """Decide by action who may call a viewset.

    ``permission_classes`` decide who may call an action. ``permissions`` replaces them for the actions that it names.
    Without either, every action is denied.
    """

    permission_classes: Any = [Nobody]
    permissions: ClassVar[Mapping[str, PermissionClass]] = {}
    action: str
    action_map: dict[str, str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a misspelt action in ``permissions``: the real action would get the general permission instead."""
        super().__init_subclass__(**kwargs)
        if unknown := [name for name in cls.permissions if not hasattr(cls, name)]:
            raise TypeError(f"{cls.__name__}.permissions names no action of it: {unknown}")

    def get_permissions(self) -> list[Any]:
        named = self.permissions.get(self._asked_action())
        return [kind() for kind in (self.permission_classes if named is None else [named])]

    def _asked_action(self) -> str:
        """Return the action whose permission applies; OPTIONS and unknown methods follow the action that reads."""
        if self.action in self.action_map.values():
            return self.action
        return self.action_map.get("get") or next(iter(self.action_map.values()))


class ViewSet(ActionPermissions, viewsets.ViewSet):
    """Serve one resource of the API by actions, each of which is denied unless a permission allows it.

    The permissions are those of ``ActionPermissions``.
    """


class ListViewSet(ActionPermissions, ListMixin, viewsets.GenericViewSet):
    """Serve one resource of the API as ``ViewSet`` does, with an action ``list`` that shows its rows page by page.

    A subclass overrides ``visible``, which selects the rows that the caller may see.
    """

    def get_queryset(self) -> Any:
        """Return the rows to list, or ``None`` while the OpenAPI schema is generated, which has no caller."""
        return None if getattr(self, "swagger_fake_view", False) else self.visible()

    def visible(self) -> QuerySet[Any]:
        """Select the rows that the caller may see."""
        raise NotImplementedError


class PublicViewSet(ViewSet):
    """Serve everybody, and ignore any token or cookie that is sent."""

    permission_classes = [AllowAny]
    authentication_classes = []
