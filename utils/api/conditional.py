"""``ETag`` and ``If-Match`` (RFC 9110, 13.1.1): a change only of what the client has read."""

from django.utils.http import parse_etags
from drf_yasg import openapi
from rest_framework.request import Request
from rest_framework.response import Response

from utils.versions import ANY, Versions

IF_MATCH = openapi.Parameter(
    "If-Match",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="The `ETag` of what was read: if somebody has changed it since, the answer is 412 and nothing changes.",
)


def expected_versions(request: Request) -> Versions:
    """Read which versions the client accepts; ``None`` without ``If-Match``.

    Proxies that compress answers turn ``"x"`` into ``W/"x"``; both name the same version here.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    tags = parse_etags(header)
    return frozenset(tags if tags == [ANY] else (tag.removeprefix("W/").strip('"*') for tag in tags))


def with_version(response: Response, version: str) -> Response:
    """Send ``version`` along as the ``ETag``."""
    response["ETag"] = f'"{version}"'
    return response
