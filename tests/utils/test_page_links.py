"""The links between pages are those that Django REST Framework's own pagination makes."""

import pytest
from rest_framework import pagination
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from utils.api.pagination import PageNumberPagination


@pytest.mark.parametrize("page", ["1", "2", "3", "5", "last"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "page_size=2&b=2&a=1&a=0",
        "search=caf%C3%A9%20%26%20bar&page_size=2",
        "search=caf\u00e9+bar&empty=&alone&page_size=2",
        "x=[1]&y=<a>&z=a#b&page_size=2",
        "page=7&page_size=2",
        "&&=1&page_size=2",
    ],
)
def test_links(query: str, page: str) -> None:
    raw = APIRequestFactory().get("/api/v1/caf\u00e9/ 1/", headers={"Host": "localhost:8443"}, secure=True)
    raw.META["QUERY_STRING"] = f"{query}&page={page}"
    request = Request(raw)
    paginator = PageNumberPagination()
    paginator.paginate_queryset(range(9) if "page_size" in query else range(99), request)  # type: ignore[arg-type]
    theirs = pagination.PageNumberPagination
    assert paginator.get_next_link() == theirs.get_next_link(paginator)
    assert paginator.get_previous_link() == theirs.get_previous_link(paginator)
    assert paginator.get_next_link() or page in ("5", "last")
