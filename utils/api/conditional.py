"""``ETag`` and ``If-Match`` (RFC 9110, 13.1.1): a client changes only the version that it has read."""

from django.utils.http import parse_etags
from drf_yasg import openapi
from rest_framework.request import Request
from rest_framework.response import Response

from utils.versions import ANY, Versions

IF_MATCH = openapi.Parameter(
    "If-Match",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="The `ETag` of the version you read. If it was changed since, the answer is 412 and nothing changes.",
)


def expected_versions(request: Request) -> Versions:
    """Read the versions that the client accepts; return ``None`` without ``If-Match``.

    Proxies that compress answers turn ``"x"`` into ``W/"x"``, so both name the same version here.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    tags = parse_etags(header)
    return frozenset(tags if tags == [ANY] else (tag.removeprefix("W/").strip('"*') for tag in tags))


def with_version(response: Response, version: str) -> Response:
    """Set ``version`` as the response's ``ETag`` and return the response."""
    response["ETag"] = f'"{version}"'
    return response
