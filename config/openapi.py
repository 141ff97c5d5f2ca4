"""How Swagger UI and ReDoc show the API."""

from typing import Any

from django.conf import settings
from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator
from drf_yasg.inspectors import SwaggerAutoSchema
from rest_framework.request import Request

from storefronts.contracts import CONTRACTS
from utils.api.permissions import IsStaff

INFO = openapi.Info(
    title="Shop API",
    default_version="v1",
    description=(
        "**/api/v1/** is the canonical API. Sign in with `POST /api/v1/auth/token/`, press *Authorize* and enter "
        "`Bearer <access>`.\n\n"
        "Amounts are decimal strings beside an ISO 4217 currency, times are UTC. Errors are RFC 9457 "
        "`application/problem+json` with a stable `code`. Lists answer `{count, next, previous, results}`. "
        "POSTs that create orders take an `Idempotency-Key`.\n\n"
        "Groups that begin with a number are the published APIs of existing shops, kept as their documents say."
    ),
)

_V1 = "/api/v1/"


class MayReadDocs(IsStaff):
    """Let everybody read the description of the API, or staff alone with ``API_DOCS=staff``."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return settings.API_DOCS == "public" or super().has_permission(request, view)


class WholePathGenerator(OpenAPISchemaGenerator):
    """Shows every path in full, the canonical API's groups before the storefront contracts'."""

    def determine_path_prefix(self, paths: list[str]) -> str:
        return ""

    def get_schema(self, request: Any = None, public: bool = False) -> openapi.Swagger:
        schema = super().get_schema(request, public)
        tags = {tag for path in schema.paths.values() for _, operation in path.operations for tag in operation.tags}
        schema.tags = [{"name": tag} for tag in sorted(tags, key=lambda tag: (tag[0].isdigit(), tag))]
        return schema


class GroupedAutoSchema(SwaggerAutoSchema):
    """Groups operations by resource, and each storefront contract by itself."""

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        module = self.view.__class__.__module__.split(".")
        if module[0] == "storefronts":
            packages = getattr(self.view, "contracts", [module[1]])
            return [CONTRACTS[package] for package in packages if package in settings.STOREFRONTS]
        return [self.path.removeprefix(_V1).split("/")[0]]

    def get_summary_and_description(self) -> tuple[str, str]:
        """The docstring's first sentence stands beside the path, all of it below."""
        summary, description = super().get_summary_and_description()
        if summary or not description:
            return summary, description
        first, dot, rest = description.partition(". ")
        return (first + dot.strip() if rest else first.rstrip(".")), description
