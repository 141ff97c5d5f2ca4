"""Answers for pages outside of the API, such as the admin's, when the shop can't serve them right now."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from utils.api.problems import page
from utils.errors import Unavailable


class UnavailableMiddleware:
    """Answer 503 with ``Retry-After`` when a view raises ``Unavailable``. DRF's views handle it themselves."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Unavailable):
            return None
        response = page(request, status=503, code=exception.code, detail=exception.detail)
        response["Retry-After"] = str(exception.retry_after)
        return response
