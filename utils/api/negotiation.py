"""Choice of an answer's media type."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.settings import api_settings

# Clients that take anything get the first renderer. Those that ask for JSON first get it when it is the first one.
_ANYTHING = ("", "*/*")
_JSON = "application/json"
_JSON_FIRST = (_JSON, f"{_JSON}, text/plain, */*", f"{_JSON}, */*")


def _names_a_format(request: Request) -> bool:
    return bool(request.META.get("QUERY_STRING")) and api_settings.URL_FORMAT_OVERRIDE in request.query_params


class ContentNegotiation(DefaultContentNegotiation):
    """Choose as DRF does. The headers that nearly all clients send are answered without parsing them."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        first, accept = renderers[0], request.META.get("HTTP_ACCEPT", "")
        is_plain = accept in _ANYTHING or (accept in _JSON_FIRST and first.media_type == _JSON)
        if is_plain and not format_suffix and not _names_a_format(request):
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)

    def select_parser(self, request: Request, parsers: Any) -> Any:
        if request.content_type == _JSON and parsers and parsers[0].media_type == _JSON:
            return parsers[0]
        return super().select_parser(request, parsers)

    def get_accept_list(self, request: Request) -> list[str]:
        """Return the media types that the client accepts; an empty ``Accept`` accepts all (RFC 9110, 12.5.1)."""
        return [kind for kind in super().get_accept_list(request) if kind] or ["*/*"]
