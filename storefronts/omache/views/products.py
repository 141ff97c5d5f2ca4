"""The views of products and of the contract's categories."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django_filters import CharFilter
from drf_yasg.utils import swagger_auto_schema
from rest_framework import generics, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from catalog import selectors as catalog
from catalog.errors import CategoryNotFound
from catalog.views.rows import outlined_versions
from catalog.views.shown import groups_of_products
from catalog.views.shown import products as products_shown
from inventory.products import product_offer
from storefronts.joint.errors import fields_renamed
from storefronts.joint.products import product_rows
from storefronts.omache import serializers
from storefronts.omache.categories import CATEGORIES, GROUPS, slug_of
from storefronts.omache.pagination import PlainPagination
from storefronts.window.views import FRONT_PAGE
from utils.api.answers.http import Kept
from utils.api.filters import StrictFilterSet
from utils.api.renderers import JSONRenderer
from utils.api.views import ProblemsAsJSON, PublicPage, read

_IN_A_GROUP = 12


def shown(versions: Sequence[Any], request: Request) -> list[dict[str, Any]]:
    """Render products in the order of ``versions``, with ``item_number``, the contract's field for the stock."""
    found = product_rows(versions, card=serializers.ProductCard, group=catalog.shown_group(request.user))
    return [{**row, "item_number": row["stock"]} for row in found]


class FrontView(ProblemsAsJSON, PublicPage):
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, TemplateHTMLRenderer]
    kept: ClassVar[Kept] = {"get": groups_of_products}

    @swagger_auto_schema(responses={200: serializers.GroupsOutput}, security=[])
    def get(self, request: Request) -> Response:
        """List the newest products of each category; a browser gets the HTML front page"""
        if request.accepted_renderer.format == "html":
            return Response({}, template_name=FRONT_PAGE)
        versions = catalog.newest_in(GROUPS.values(), count=_IN_A_GROUP)
        rows = {row["id"]: row for row in shown([one for group in versions.values() for one in group], request)}
        return Response({group: [rows[pk] for pk, _ in versions[slug] if pk in rows] for group, slug in GROUPS.items()})


class ProductRows(generics.ListAPIView, PublicPage):
    """List products as a plain array, 100 to a page."""

    permission_classes = [AllowAny]
    pagination_class = PlainPagination
    serializer_class = serializers.ProductOutput
    kept: ClassVar[Kept] = {"get": products_shown}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.get_paginated_response(shown(outlined_versions(self), request))


class SearchFilter(StrictFilterSet):
    search = CharFilter(method="with_words", max_length=255, help_text="Every word must occur")

    def with_words(self, products: Any, name: str, value: str) -> Any:
        return products.search(value)


class SearchView(ProductRows):
    """Search products"""

    filterset_class = SearchFilter

    def get_queryset(self):
        return catalog.products_on_sale().order_by("id")


class CategoryView(ProductRows):
    """List the products of a category"""

    def get_queryset(self):
        slug = slug_of(self.kwargs.get("category", ""))
        if slug not in CATEGORIES:
            raise CategoryNotFound
        return catalog.products_below(slug).order_by("id")


class CreateView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.ProductInput, responses={201: serializers.ProductOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Create a product that the caller sells"""
        fields = read(serializers.ProductInput, request)
        with fields_renamed(payout_phone="payment_mpesa_number"):
            product = product_offer(user=request.user, **fields)
        (row,) = shown([(product.pk, product.updated_at)], request)
        return Response(row, status=status.HTTP_201_CREATED)
