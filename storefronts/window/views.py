"""The views of the HTML pages of the shop window."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

FRONT_PAGE = "window/front.html"
ADDRESSES = {"api": "/api/v1/", "swagger": "/swagger/", "redoc": "/redoc/", "admin": "/admin/"}


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Show browsers the front page. Give other clients the URLs of the API, its documentation and the admin as JSON."""
    if request.accepts("text/html") and "text/html" in request.headers.get("Accept", ""):
        return render(request, FRONT_PAGE)
    return JsonResponse(ADDRESSES)


@require_safe
def new_password_page(request: HttpRequest) -> HttpResponse:
    """Show the page that a password reset link opens when no front end (``FRONTEND_URL``) is set."""
    return render(request, "window/new_password.html")
