"""How Swagger UI and ReDoc show the API."""

from drf_yasg import openapi
from drf_yasg.inspectors import SwaggerAutoSchema

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
_STOREFRONTS = {"storefronts.realtime_shop": "004 real-time shop"}


class GroupedAutoSchema(SwaggerAutoSchema):
    """Groups operations by resource, and each storefront contract by itself."""

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        package = self.view.__class__.__module__.rpartition(".")[0]
        if package in _STOREFRONTS:
            return [_STOREFRONTS[package]]
        return [self.path.removeprefix(_V1).split("/")[0]]
