"""Answer with the read model: the list of products and a product's page, as guests and customers see them.

The texts are ready in the database (``inventory.listings``), so an answer is put together without a serializer.
"""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from catalog.filters import ListingFilter
from catalog.selectors import shown_group
from catalog.versions import product_tag
from inventory.cards import json_text
from inventory.listed import listings, page_of, rows_of
from utils.api.currencies import currency_of
from utils.api.outlines import outline_of


class ReadyAnswer(HttpResponse):
    """Answer with a text that is JSON already. ``data`` is the part of it that names what is shown."""

    def __init__(self, text: str, data: Any) -> None:
        super().__init__(text.encode(), content_type="application/json")
        self.data = data


def _named(product_id: int, category_id: int | None) -> dict[str, Any]:
    """Return what ``catalog.views.shown`` reads of a row."""
    return {"id": product_id, "category": category_id}


def listing_answer(view: Any, request: Request) -> ReadyAnswer:
    """Answer with a page of the products on sale, by number or by cursor."""
    view.filterset_class = ListingFilter
    view.paginator.unique = "product_id"
    currency = currency_of(request)

    def select() -> Any:
        return view.filter_queryset(listings(currency=currency))

    if view.paginator.cursor_query_param in request.query_params:
        ids = [row.product_id for row in view.paginate_queryset(select().defer("card", "page"))]
    else:

        def parts() -> list[Any]:
            return [part.values_list("product_id", flat=True) for part in select().parts()]

        ids = view.paginate_queryset(outline_of(view, parts, currency=currency))
    rows = rows_of(ids, currency=currency, group=shown_group(request.user))
    text = f'{json_text(view.paginator.envelope())[:-1]},"results":{rows.text}}}'
    return ReadyAnswer(text, {"results": [_named(*ids) for ids in rows.shown]})


def page_answer(key: str, request: Request) -> ReadyAnswer:
    """Answer with the page of a product on sale. Raise ``ProductNotFound`` when there is none with this id or slug."""
    page = page_of(key, currency=currency_of(request), group=shown_group(request.user))
    answer = ReadyAnswer(page.text, _named(page.product_id, page.category_id))
    answer["ETag"] = f'"{product_tag(page.product_id, page.updated_at)}"'
    return answer
