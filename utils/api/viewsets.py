"""Base classes of the viewsets of /api/v1/."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.permissions import AllowAny
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet

from utils.api.permissions import Nobody, PermissionClass
from utils.api.views import ListMixin


class ViewSet(GenericViewSet):
    """Serve one resource.

    ``permission_classes`` decide who may call an action. ``permissions`` replaces them for the actions that it names.
    Without either, every action is denied.
    """

    permission_classes: Any = [Nobody]
    permissions: ClassVar[Mapping[str, PermissionClass]] = {}
    filter_backends: Any = []
    pagination_class: Any = None

    def get_permissions(self) -> Any:
        named = self.permissions.get(self._asked_action())
        return super().get_permissions() if named is None else [named()]

    def _asked_action(self) -> str:
        """Return the action whose permission applies; OPTIONS and unknown methods follow the action that reads."""
        if self.action in self.action_map.values():
            return self.action
        return self.action_map.get("get") or next(iter(self.action_map.values()))


class ListViewSet(ListMixin, ViewSet):
    """Serve a resource with a list: ``list`` shows a page of the rows that ``visible`` selects."""

    filter_backends: Any = api_settings.DEFAULT_FILTER_BACKENDS
    pagination_class: Any = api_settings.DEFAULT_PAGINATION_CLASS

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
