"""The base of the viewsets behind /api/v1/."""

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

    ``permission_classes`` say who may call an action, ``permissions`` who may call those that it names instead. What
    neither says is denied.
    """

    permission_classes: Any = [Nobody]
    permissions: ClassVar[Mapping[str, PermissionClass]] = {}
    filter_backends: Any = []
    pagination_class: Any = None

    def get_permissions(self) -> Any:
        named = self.permissions.get(self._asked_action())
        return super().get_permissions() if named is None else [named()]

    def _asked_action(self) -> str:
        """Return the action that decides: for OPTIONS and for methods that the path lacks, the one that reads."""
        if self.action in self.action_map.values():
            return self.action
        return self.action_map.get("get") or next(iter(self.action_map.values()))


class ListViewSet(ListMixin, ViewSet):
    """Serve a resource that is listed: ``list`` shows a page of what ``visible`` selects."""

    filter_backends: Any = api_settings.DEFAULT_FILTER_BACKENDS
    pagination_class: Any = api_settings.DEFAULT_PAGINATION_CLASS

    def get_queryset(self) -> Any:
        """Return the rows; the description of the API is drawn without a caller, and needs none."""
        return None if getattr(self, "swagger_fake_view", False) else self.visible()

    def visible(self) -> QuerySet[Any]:
        """Select the rows that the caller may see."""
        raise NotImplementedError


class PublicViewSet(ViewSet):
    """Serve everybody, whatever token or cookie they bring: it is not looked at."""

    permission_classes = [AllowAny]
    authentication_classes = []
