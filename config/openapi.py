"""The OpenAPI schema that Swagger UI and ReDoc show."""

from typing import Any, ClassVar

from django.conf import settings
from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator
from drf_yasg.inspectors import FieldInspector, SwaggerAutoSchema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request

from storefronts.contracts import CONTRACTS
from utils.api.inputs import Input
from utils.api.permissions import IsStaff

INFO = openapi.Info(
    title="Shop API",
    default_version="v1",
    description=(
        "**/api/v1/** is the canonical API. Sign in with `POST /api/v1/auth/token/`, press *Authorize* and enter "
        "`Bearer <access>`.\n\n"
        "Amounts are decimal strings beside an ISO 4217 currency; times are UTC. Errors are RFC 9457 "
        "`application/problem+json` with a stable `code`. Lists answer `{count, next, previous, results}`. "
        "POSTs that create orders take an `Idempotency-Key`.\n\n"
        "Groups that begin with a number are the published APIs of existing shops, as their contracts describe them."
    ),
)

_V1 = "/api/v1/"
# The library's names for HTTP methods in an operation's id.
_VERBS = {"GET": "read", "POST": "create", "PUT": "update", "PATCH": "partial_update", "DELETE": "delete"}


class MayReadDocs(IsStaff):
    """Allow everybody to read the OpenAPI schema when the setting ``API_DOCS`` is ``public``, otherwise only staff."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return settings.API_DOCS == "public" or super().has_permission(request, view)


class WholePathGenerator(OpenAPISchemaGenerator):
    """Show every path in full, and the groups of the canonical API before those of the storefronts."""

    def determine_path_prefix(self, paths: list[str]) -> str:
        return ""

    def get_operation_keys(self, subpath: str, method: str, view: Any) -> list[str]:
        """Name an operation only by its path and method, so that no change of the code renames it for clients."""
        components = subpath.strip("/").split("/")
        named = [component for component in components if "{" not in component]
        is_list = method == "GET" and (isinstance(view, ListAPIView) or "{" not in components[-1])
        return [*named, "list" if is_list else _VERBS[method]]

    def get_schema(self, request: Any = None, public: bool = False) -> openapi.Swagger:
        """Return the schema with its tags in order: the canonical API's first, then the storefronts'."""
        schema = super().get_schema(request, public)
        tags = {tag for path in schema.paths.values() for _, operation in path.operations for tag in operation.tags}
        schema.tags = [{"name": tag} for tag in sorted(tags, key=lambda tag: (tag[0].isdigit(), tag))]
        return schema


class OutputInspector(FieldInspector):
    """Describe what answers may hold: text of any length, and ``null`` and ``""`` where the shop sends them.

    The library describes each field as what a request body must hold, which is right only for an ``Input``.
    """

    def process_result(self, result: Any, method_name: str, obj: Any, **kwargs: Any) -> Any:
        is_output = isinstance(obj, serializers.Field) and (obj.read_only or not isinstance(obj.root, Input))
        if is_output and isinstance(result, openapi.Schema):
            result.pop("minLength", None)
            column = _column_of(obj)
            if obj.allow_null or obj.default is None or (column is not None and column.null):
                result["x-nullable"] = True
            if column is not None and column.blank and "enum" in result:
                result["enum"] = ["", *result["enum"]]
        return result


def _column_of(field: serializers.Field) -> Any:
    """Return the model field that ``field`` shows directly, or ``None``."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {each.name: each for each in model._meta.concrete_fields} if model else {}
    return columns.get(field.source)


class GroupedAutoSchema(SwaggerAutoSchema):
    """Describe each operation in the OpenAPI document, with its group (tag), its title and its text.

    Operations of the canonical API (``/api/v1/``) are grouped by resource. Those of a storefront are grouped under the
    title of its contract, the published API that it serves.
    """

    field_inspectors: ClassVar[list[type[FieldInspector]]] = [OutputInspector, *SwaggerAutoSchema.field_inspectors]

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        module = self.view.__class__.__module__.split(".")
        if module[0] == "storefronts":
            packages = getattr(self.view, "contracts", [module[1]])
            return [CONTRACTS[package] for package in packages if package in settings.STOREFRONTS]
        return [self.path.removeprefix(_V1).split("/")[0]]

    def get_summary_and_description(self) -> tuple[str, str]:
        """Show the docstring's first sentence beside the path, and the whole docstring below."""
        summary, description = super().get_summary_and_description()
        if summary or not description:
            return summary, description
        first, dot, rest = description.partition(". ")
        return (first + dot.strip() if rest else first.rstrip(".")), description
