"""The front page: where everything is, and a purchase to watch."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

ADDRESSES = {"api": "/api/v1/", "swagger": "/swagger/", "redoc": "/redoc/", "admin": "/admin/"}


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """A small shop window for browsers; for programs the addresses as JSON."""
    if request.accepts("text/html") and "text/html" in request.headers.get("Accept", ""):
        return render(request, "front.html")
    return JsonResponse(ADDRESSES)


@require_safe
def new_password_page(request: HttpRequest) -> HttpResponse:
    """Where the mailed link leads when no front end of one's own (``FRONTEND_URL``) takes it."""
    return render(request, "new_password.html")
