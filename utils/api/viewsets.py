"""Base classes of the viewsets of /api/v1/."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.permissions import AllowAny

from utils.api.permissions import ActionPermissions
from utils.api.views import ListMixin


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
