"""The views of products, in /api/v1/products/, with their variants, pictures and reviews."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from catalog import selectors, services
from catalog.filters import ProductFilter
from catalog.serializers import (
    ImageInput,
    ImageOutput,
    ProductCard,
    ProductInput,
    ProductOutput,
    ProductRow,
    ProductRowCard,
    ReviewInput,
    ReviewOutput,
    VariantInput,
)
from catalog.views import shown
from catalog.views.categories import with_category
from catalog.views.listings import listing_answer, page_answer
from catalog.views.rows import ProductRowsMixin, product_page
from inventory import products
from utils.api.answers.http import Kept
from utils.api.conditional import IF_MATCH, expected_versions, with_version
from utils.api.currencies import CURRENCY, X_CURRENCY, currency_of
from utils.api.pagination import PageOrCursorPagination
from utils.api.parsers import StrictMultiPartParser
from utils.api.permissions import IsSeller, staff_with
from utils.api.views import PublicPage, read, respond
from utils.api.viewsets import ListViewSet, ViewSet
from utils.money import shop_currency


class ProductViewSet(ProductRowsMixin, PublicPage, ListViewSet):
    """List the products that the caller may see, 20 to a page."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    permissions = {"list": AllowAny, "create": IsSeller | staff_with("catalog.add_product")}
    serializer_class = ProductRow
    card = ProductRowCard
    load = selectors.product_rows
    filterset_class = ProductFilter
    kept: ClassVar[Kept] = {"list": shown.products, "retrieve": shown.one_product}
    lookup_url_kwarg = "key"
    lookup_value_converter = "key"
    pagination_class = PageOrCursorPagination

    def visible(self):
        return selectors.products_visible_to(self.request.user).order_by("id")

    @swagger_auto_schema(manual_parameters=[X_CURRENCY])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the products that the caller may see, 20 to a page."""
        if selectors.sees_only_products_on_sale(request.user):
            return listing_answer(self, request)
        return super().list(request)

    @swagger_auto_schema(request_body=ProductInput, responses={201: ProductOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Add a product with one variant (sellers and staff)."""
        fields = with_category(read(ProductInput, request))
        product = products.product_create(actor=request.user, seller=request.user, **fields)
        return _product_answer(request, product.pk, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={200: ProductOutput}, security=[], manual_parameters=[CURRENCY, X_CURRENCY])
    def retrieve(self, request: Request, key: str) -> HttpResponse:
        """Get one product by its id or slug."""
        if selectors.sees_only_products_on_sale(request.user):
            return page_answer(key, request)
        return _product_answer(request, key, currency=currency_of(request))

    @swagger_auto_schema(request_body=ProductInput, responses={200: ProductOutput}, manual_parameters=[IF_MATCH])
    def partial_update(self, request: SignedInRequest, key: str) -> Response:
        """Change a product (its seller, or staff). ``stock`` sets the number of pieces for sale."""
        product = selectors.product_to_edit(request.user, key=key)
        fields = with_category(read(ProductInput, request, partial=True))
        products.product_update(product=product, actor=request.user, expected=expected_versions(request), **fields)
        return _product_answer(request, product.pk)

    @swagger_auto_schema(responses={204: "Archived."})
    def destroy(self, request: SignedInRequest, key: str) -> Response:
        """Archive a product: take it off sale for good (its seller, or staff). Its orders stay."""
        product = selectors.product_to_edit(request.user, key=key)
        services.product_archive(product=product)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _product_answer(
    request: Request, key: str | int, status_code: int = status.HTTP_200_OK, *, currency: str = ""
) -> Response:
    """Show a product with prices in ``currency``. An answer to a write shows those in which prices are written."""
    visible = selectors.products_visible_to(request.user)
    row, version = product_page(ProductCard, visible, key=key, currency=currency or shop_currency())
    return with_version(Response(row, status=status_code), version)


class LowStockViewSet(ProductRowsMixin, ListViewSet):
    """List the counted products with few pieces left, the scarcest first (staff)."""

    permission_classes = [staff_with("inventory.view_stockitem")]
    serializer_class = ProductRow
    card = ProductRowCard
    load = selectors.product_rows

    def visible(self):
        return products.low_on_stock(selectors.products_on_sale())


class VariantViewSet(ViewSet):
    """Serve the variants of one product."""

    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=VariantInput, responses={201: ProductOutput})
    def create(self, request: SignedInRequest, key: str) -> Response:
        """Add a variant to a product (its seller, or staff)."""
        product = selectors.product_to_edit(request.user, key=key)
        products.variant_create(product=product, actor=request.user, **read(VariantInput, request))
        return _product_answer(request, product.pk, status.HTTP_201_CREATED)


class ImageViewSet(ViewSet):
    """Serve the pictures of one product."""

    permission_classes = [IsAuthenticated]
    parser_classes: list[type[BaseParser]] = [StrictMultiPartParser]

    @swagger_auto_schema(request_body=ImageInput, responses={201: ImageOutput})
    def create(self, request: SignedInRequest, key: str) -> Response:
        """Attach a picture to a product (its seller, or staff)."""
        product = selectors.product_to_edit(request.user, key=key)
        fields = read(ImageInput, request)
        if "variant" in fields:
            fields["variant"] = selectors.variant_of(product, fields["variant"])
        image = products.image_add(product=product, actor=request.user, **fields)
        return respond(ImageOutput, image, status.HTTP_201_CREATED)


class ReviewViewSet(PublicPage, ListViewSet):
    """List the reviews of a product, the newest first."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = ReviewOutput
    kept: ClassVar[Kept] = {"list": shown.reviews}

    def visible(self) -> Any:
        product = selectors.product_get(selectors.products_visible_to(self.request.user), key=self.kwargs["key"])
        return selectors.reviews_of(product)

    @swagger_auto_schema(request_body=ReviewInput, responses={201: ReviewOutput})
    def create(self, request: SignedInRequest, key: str) -> Response:
        """Write or replace your review of a product."""
        product = selectors.product_get(selectors.products_visible_to(request.user), key=key)
        review, _ = services.review_write(product=product, user=request.user, **read(ReviewInput, request))
        return respond(ReviewOutput, review, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={204: "Deleted."})
    def bulk_destroy(self, request: SignedInRequest, key: str) -> Response:
        """Delete your review of a product."""
        product = selectors.product_get(selectors.products_visible_to(request.user), key=key)
        services.review_delete(review=selectors.review_get(product=product, user=request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)
