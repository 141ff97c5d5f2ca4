"""Content security policy of the pages that the shop itself serves."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseBase

_FILES = ("script-src", "style-src", "img-src", "font-src")


class PagePolicyMiddleware(CSPMiddleware):
    """Send ``CONTENT_SECURITY_POLICY`` with HTML pages; other answers don't need it.

    If files are stored in an S3 bucket, the policy also lets pages load them from there.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if settings.AWS_STORAGE_BUCKET_NAME and not report_only:
            parts.update = {name: [_origin_of_bucket()] for name in _FILES} | (parts.update or {})
        return parts


@cache
def _origin_of_bucket() -> str:
    url = urlsplit(default_storage.url("x"))
    return f"{url.scheme}://{url.netloc}"
