"""URLs of the canonical API, /api/v1/; each app adds its part."""

from django.urls import include, path

from utils.api.catalogue import ProblemCatalogueView
from utils.api.health import LiveView, ReadyView

urlpatterns = [
    path("health/", ReadyView.as_view()),
    path("health/live/", LiveView.as_view()),
    path("problems/", ProblemCatalogueView.as_view()),
    path("", include("accounts.urls")),
    path("", include("catalog.urls")),
    path("", include("inventory.urls")),
    path("", include("cart.urls")),
    path("", include("shipping.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    path("", include("notifications.urls")),
]
