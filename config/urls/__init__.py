"""All URLs of the shop."""

from typing import Any

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path, re_path
from drf_yasg.views import get_schema_view

from config.openapi import INFO, MayReadDocs, WholePathGenerator
from utils.api import converters  # noqa: F401 - registers the path converters below
from utils.api.problems import unknown_path
from utils.api.views import ProblemsAsJSON

admin.site.site_header = "Shop administration"
admin.site.site_title = "Shop"
admin.site.index_title = "Overview"

schema_view: Any = get_schema_view(
    INFO,
    public=True,
    generator_class=WholePathGenerator,
    permission_classes=[MayReadDocs],
)


class DocsView(ProblemsAsJSON, schema_view):
    """Serve the OpenAPI schema and its pages; errors are JSON.

    An error in the form of the page would make the browser ask again, with the token that was just refused.
    """


urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.urls.v1")),
    path("", include("storefronts.urls")),
    path("", include("storefronts.window.urls")),
    path("swagger/", DocsView.with_ui("swagger")),
    path("redoc/", DocsView.with_ui("redoc")),
    re_path(r"^swagger\.(?P<format>json|yaml)$", DocsView.without_ui()),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
if settings.PAYMENT_SIMULATOR:
    urlpatterns.append(path("simulator/", include("payments.simulator.urls")))
urlpatterns.append(re_path(".*", unknown_path))

handler400 = "utils.api.problems.bad_request"
handler403 = "utils.api.problems.permission_denied"
handler404 = "utils.api.problems.not_found"
handler500 = "utils.api.problems.server_error"
