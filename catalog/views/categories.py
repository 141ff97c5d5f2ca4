"""The views of categories, in /api/v1/categories/."""

from typing import Any

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import selectors, services
from catalog.errors import CategoryNotFound
from catalog.models import Category
from catalog.serializers import CategoryCreateInput, CategoryInput, CategoryTreeOutput
from catalog.versions import category_tag
from utils.api.conditional import IF_MATCH, expected_versions, with_version
from utils.api.filters import refuse_unknown_parameters
from utils.api.permissions import staff_with
from utils.api.views import PublicPage, read, respond, rows
from utils.api.viewsets import ViewSet


def with_category(fields: dict[str, Any], name: str = "category") -> dict[str, Any]:
    """Replace the category's id, slug or name in ``fields`` with the category, and return ``fields``.

    Raise ``ValidationError`` (400) and not a 404 when there is no such category, because the body names it, not the
    URL.
    """
    if fields.get(name) is not None:
        try:
            fields[name] = selectors.category_get(fields[name])
        except CategoryNotFound as error:
            raise ValidationError({name: [error.detail]}, code=error.code) from error
    return fields


class CategoryViewSet(PublicPage, ViewSet):
    """Serve categories to everybody, and let staff change them."""

    permissions = {
        "list": AllowAny,
        "retrieve": AllowAny,
        "create": staff_with("catalog.add_category"),
        "partial_update": staff_with("catalog.change_category"),
        "destroy": staff_with("catalog.delete_category"),
    }
    lookup_url_kwarg = "key"
    lookup_value_converter = "key"

    @swagger_auto_schema(responses={200: CategoryTreeOutput(many=True)}, security=[])
    def list(self, request: Request) -> Response:
        """List all categories, parents before their children."""
        refuse_unknown_parameters(request, set())
        return Response(rows(CategoryTreeOutput, selectors.category_tree()))

    @swagger_auto_schema(request_body=CategoryCreateInput, responses={201: CategoryTreeOutput})
    def create(self, request: Request) -> Response:
        """Add a category (staff)."""
        category = services.category_create(**with_category(read(CategoryCreateInput, request), "parent"))
        return respond(CategoryTreeOutput, selectors.with_parent(category), status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={200: CategoryTreeOutput}, security=[])
    def retrieve(self, request: Request, key: str) -> Response:
        """Get one category by its id or slug."""
        return _category_answer(selectors.category_get(key))

    @swagger_auto_schema(request_body=CategoryInput, responses={200: CategoryTreeOutput}, manual_parameters=[IF_MATCH])
    def partial_update(self, request: Request, key: str) -> Response:
        """Change a category (staff)."""
        category = selectors.category_get(key)
        fields = read(CategoryInput, request, partial=True)
        services.category_update(category=category, expected=expected_versions(request), **fields)
        return _category_answer(category)

    @swagger_auto_schema(responses={204: "Deleted."})
    def destroy(self, request: Request, key: str) -> Response:
        """Delete an empty category (staff)."""
        services.category_delete(category=selectors.category_get(key))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _category_answer(category: Category) -> Response:
    answer = respond(CategoryTreeOutput, selectors.with_parent(category))
    return with_version(answer, category_tag(category))
