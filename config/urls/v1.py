"""URLs of the canonical API, /api/v1/; each app adds its part."""

from importlib import import_module

from django.urls import path

from utils.api.catalogue import ProblemCatalogueView
from utils.api.health import LiveView, ReadyView
from utils.api.routers import grouped

_APPS = ("catalog", "cart", "orders", "accounts", "inventory", "shipping", "payments", "notifications")

urlpatterns = grouped(
    [
        *(pattern for app in _APPS for pattern in import_module(f"{app}.urls").urlpatterns),
        path("health/", ReadyView.as_view()),
        path("health/live/", LiveView.as_view()),
        path("problems/", ProblemCatalogueView.as_view()),
    ]
)
