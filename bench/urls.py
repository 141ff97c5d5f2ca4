"""The URLs of the shop, and the empty view, which shows what every request costs."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def empty(request: HttpRequest) -> HttpResponse:
    """Answer with an empty JSON object. All middleware of the shop runs around it."""
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [path("bench/empty/", empty), *urls.urlpatterns]
