"""The pagination of contract 002 (O-Mache). Its lists are plain arrays, so headers link to the other pages."""

from typing import Any

from rest_framework.response import Response

from utils.api.pagination import PageNumberPagination


class PlainPagination(PageNumberPagination):
    """Divide a plain list into pages of 100 rows; ``?page=2`` selects the second.

    The header ``X-Total-Count`` holds the number of rows, ``Link`` the URLs of the next and previous pages (RFC 8288).
    """

    page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        named = [f'<{url}>; rel="{name}"' for name, url in links.items() if url]
        count = self.page.paginator.count if self.page else 0
        headers = {"X-Total-Count": str(count)} | ({"Link": ", ".join(named)} if named else {})
        return Response(data, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema
