"""Health checks: whether the process is alive, and whether it can serve requests."""

from django.db import DatabaseError, connection
from drf_yasg.utils import swagger_auto_schema
from rest_framework.request import Request
from rest_framework.response import Response

from utils.api.views import PublicView
from utils.errors import Unavailable


class LiveView(PublicView):
    throttle_classes = []

    @swagger_auto_schema(responses={200: "The process answers."}, security=[])
    def get(self, request: Request) -> Response:
        """Report that the process is alive. Nothing else is checked, so a slow database does not cause a restart."""
        return Response({"status": "ok"})


class ReadyView(PublicView):
    throttle_classes = []

    @swagger_auto_schema(responses={200: "The database answers.", 503: "It does not."}, security=[])
    def get(self, request: Request) -> Response:
        """Report whether the database answers. The cache is not checked, because the shop works without it."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise Unavailable("The database does not answer.") from error
        return Response({"status": "ok"})
