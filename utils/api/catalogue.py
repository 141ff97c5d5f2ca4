"""View of the page that the ``type`` of every problem document points to."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework.request import Request
from rest_framework.response import Response

from utils.api.problems import status_of
from utils.api.views import PublicView
from utils.errors import DomainError


def _errors_below(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    """Return all direct and indirect subclasses of ``kind``."""
    below = kind.__subclasses__()
    return below + [further for error in below for further in _errors_below(error)]


class ProblemCatalogueView(PublicView):
    @swagger_auto_schema(responses={200: "Codes with their statuses and meanings."}, security=[])
    def get(self, request: Request) -> Response:
        """List the codes of all errors that the shop declares, with status and meaning."""
        rows = {kind.code: {"status": status_of(kind), "meaning": kind.message} for kind in _errors_below()}
        return Response(dict(sorted(rows.items())))
