"""The document's lists are plain: where they go on stands in headers."""

from typing import Any

from rest_framework.response import Response

from utils.api.pagination import PageNumberPagination


class PlainPagination(PageNumberPagination):
    """``?page=2`` is the next one; ``X-Total-Count`` how many rows there are, ``Link`` the addresses (RFC 8288)."""

    page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        named = [f'<{address}>; rel="{name}"' for name, address in links.items() if address]
        count = self.page.paginator.count if self.page else 0
        headers = {"X-Total-Count": str(count)} | ({"Link": ", ".join(named)} if named else {})
        return Response(data, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema
