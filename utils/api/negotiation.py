"""Which of the shop's media types an answer has."""

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class ContentNegotiation(DefaultContentNegotiation):
    def get_accept_list(self, request: Request) -> list[str]:
        """Return what the client takes; an empty ``Accept`` takes everything, like none (RFC 9110, 12.5.1)."""
        return [kind for kind in super().get_accept_list(request) if kind] or ["*/*"]
