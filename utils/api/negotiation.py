"""Choice of an answer's media type."""

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class ContentNegotiation(DefaultContentNegotiation):
    def get_accept_list(self, request: Request) -> list[str]:
        """Return the media types that the client accepts; an empty ``Accept`` accepts all (RFC 9110, 12.5.1)."""
        return [kind for kind in super().get_accept_list(request) if kind] or ["*/*"]
