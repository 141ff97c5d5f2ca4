"""The pages of the shop window: where everything is, and a purchase to watch."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

FRONT_PAGE = "window/front.html"
ADDRESSES = {"api": "/api/v1/", "swagger": "/swagger/", "redoc": "/redoc/", "admin": "/admin/"}


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Show browsers the shop window; tell programs the addresses as JSON."""
    if request.accepts("text/html") and "text/html" in request.headers.get("Accept", ""):
        return render(request, FRONT_PAGE)
    return JsonResponse(ADDRESSES)


@require_safe
def new_password_page(request: HttpRequest) -> HttpResponse:
    """Show the page that the mailed link leads to when no front end of one's own (``FRONTEND_URL``) takes it."""
    return render(request, "window/new_password.html")
