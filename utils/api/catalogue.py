"""The page that every problem's ``type`` points to."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework.request import Request
from rest_framework.response import Response

from utils.api.problems import status_of
from utils.api.views import PublicView
from utils.errors import DomainError


def _refusals(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    below = kind.__subclasses__()
    return below + [further for refusal in below for further in _refusals(refusal)]


class ProblemCatalogueView(PublicView):
    @swagger_auto_schema(responses={200: "Codes with their statuses and meanings."}, security=[])
    def get(self, request: Request) -> Response:
        """Every refusal that the shop foresees, by its ``code``."""
        rows = {kind.code: {"status": status_of(kind), "meaning": kind.message} for kind in _refusals()}
        return Response(dict(sorted(rows.items())))
