"""``ETag`` and ``If-Match`` (RFC 9110, 13.1.1): a client changes only the version that it has read."""

from django.utils.http import parse_etags
from drf_yasg import openapi
from rest_framework.request import Request
from rest_framework.response import Response

from utils.versions import ANY, VERSION_END, Versions

IF_MATCH = openapi.Parameter(
    "If-Match",
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="The `ETag` of the version you read. If it was changed since, the answer is 412 and nothing changes.",
)


def expected_versions(request: Request) -> Versions:
    """Read the versions that the client accepts; return ``None`` without ``If-Match``.

    Proxies that compress answers turn ``"x"`` into ``W/"x"``, so both name the same version here. The tags of answers
    that are kept have a second part, which is not compared.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    tags = parse_etags(header)
    return frozenset(tags if tags == [ANY] else map(_version_in, tags))


def _version_in(tag: str) -> str:
    return tag.removeprefix("W/").strip('"*').partition(VERSION_END)[0]


def with_version(response: Response, version: str) -> Response:
    """Set ``version`` as the response's ``ETag`` and return the response."""
    response["ETag"] = f'"{version}"'
    return response
