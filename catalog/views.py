"""The catalogue in /api/v1/."""

from typing import Any

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from catalog import selectors, services
from catalog.errors import CategoryNotFound
from catalog.filters import ProductFilter
from catalog.models import Category, Review
from catalog.serializers import (
    CategoryCreateInput,
    CategoryInput,
    CategoryTreeOutput,
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
from catalog.versions import category_tag
from inventory import products
from inventory.product_pages import ProductRowsView, product_page
from utils.api.conditional import IF_MATCH, expected_versions, with_version
from utils.api.filters import refuse_unknown_parameters
from utils.api.parsers import StrictMultiPartParser
from utils.api.permissions import IsSeller, by_method, staff_with
from utils.api.views import ListView, PublicPage, read, respond, rows


def with_category(fields: dict[str, Any], name: str = "category") -> dict[str, Any]:
    """``fields`` with the named category found; an unknown one is a flaw of the body, not of the address."""
    if fields.get(name) is not None:
        try:
            fields[name] = selectors.category_get(fields[name])
        except CategoryNotFound as error:
            raise ValidationError({name: [error.detail]}, code=error.code) from error
    return fields


class CategoryListView(PublicPage):
    permission_classes = [by_method(GET=AllowAny, POST=staff_with("catalog.add_category"))]

    @swagger_auto_schema(responses={200: CategoryTreeOutput(many=True)}, security=[])
    def get(self, request: Request) -> Response:
        """The whole tree, parents before their children."""
        refuse_unknown_parameters(request, set())
        return Response(rows(CategoryTreeOutput, selectors.category_tree()))

    @swagger_auto_schema(request_body=CategoryCreateInput, responses={201: CategoryTreeOutput})
    def post(self, request: Request) -> Response:
        """Add a category (staff)."""
        category = services.category_create(**with_category(read(CategoryCreateInput, request), "parent"))
        return respond(CategoryTreeOutput, selectors.with_parent(category), status.HTTP_201_CREATED)


def _category_answer(category: Category) -> Response:
    answer = respond(CategoryTreeOutput, selectors.with_parent(category))
    return with_version(answer, category_tag(category))


class CategoryView(PublicPage):
    permission_classes = [
        by_method(
            GET=AllowAny,
            PATCH=staff_with("catalog.change_category"),
            DELETE=staff_with("catalog.delete_category"),
        )
    ]

    @swagger_auto_schema(responses={200: CategoryTreeOutput}, security=[])
    def get(self, request: Request, key: str) -> Response:
        """One category, by id or slug."""
        return _category_answer(selectors.category_get(key))

    @swagger_auto_schema(request_body=CategoryInput, responses={200: CategoryTreeOutput}, manual_parameters=[IF_MATCH])
    def patch(self, request: Request, key: str) -> Response:
        """Change a category (staff)."""
        category = selectors.category_get(key)
        fields = read(CategoryInput, request, partial=True)
        services.category_update(category=category, expected=expected_versions(request), **fields)
        return _category_answer(category)

    @swagger_auto_schema(responses={204: "Deleted."})
    def delete(self, request: Request, key: str) -> Response:
        """Delete an empty category (staff)."""
        services.category_delete(category=selectors.category_get(key))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProductListView(ProductRowsView, PublicPage):
    """Products, 20 to a page."""

    permission_classes = [by_method(GET=AllowAny, POST=IsSeller | staff_with("catalog.add_product"))]
    serializer_class = ProductRow
    card = ProductRowCard
    load = selectors.product_rows
    filterset_class = ProductFilter

    def get_queryset(self):
        return selectors.products_visible_to(self.request.user).order_by("id")

    @swagger_auto_schema(request_body=ProductInput, responses={201: ProductOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Add a product of one's own, with one variant (sellers and staff)."""
        fields = with_category(read(ProductInput, request))
        product = products.product_create(actor=request.user, seller=request.user, **fields)
        return _product_answer(request, product.pk, status.HTTP_201_CREATED)


def _product_answer(request: Request, key: str | int, status_code: int = status.HTTP_200_OK) -> Response:
    visible = selectors.products_visible_to(request.user)
    shown, version = product_page(ProductCard, visible, key=key)
    return with_version(Response(shown, status=status_code), version)


class ProductView(PublicPage):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @swagger_auto_schema(responses={200: ProductOutput}, security=[])
    def get(self, request: Request, key: str) -> Response:
        """One product, by id or slug."""
        return _product_answer(request, key)

    @swagger_auto_schema(request_body=ProductInput, responses={200: ProductOutput}, manual_parameters=[IF_MATCH])
    def patch(self, request: SignedInRequest, key: str) -> Response:
        """Change a product (its seller, or staff); ``stock`` becomes the number of pieces for sale."""
        product = selectors.product_to_edit(request.user, key=key)
        fields = with_category(read(ProductInput, request, partial=True))
        products.product_update(product=product, actor=request.user, expected=expected_versions(request), **fields)
        return _product_answer(request, product.pk)

    @swagger_auto_schema(responses={204: "Archived."})
    def delete(self, request: SignedInRequest, key: str) -> Response:
        """Take a product off sale for good (its seller, or staff). Orders keep it."""
        product = selectors.product_to_edit(request.user, key=key)
        services.product_archive(product=product)
        return Response(status=status.HTTP_204_NO_CONTENT)


class VariantListView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=VariantInput, responses={201: ProductOutput})
    def post(self, request: SignedInRequest, key: str) -> Response:
        """Add a variant (the product's seller, or staff)."""
        product = selectors.product_to_edit(request.user, key=key)
        products.variant_create(product=product, actor=request.user, **read(VariantInput, request))
        return _product_answer(request, product.pk, status.HTTP_201_CREATED)


class ImageListView(APIView):
    permission_classes = [IsAuthenticated]
    parser_classes: list[type[BaseParser]] = [StrictMultiPartParser]

    @swagger_auto_schema(request_body=ImageInput, responses={201: ImageOutput})
    def post(self, request: SignedInRequest, key: str) -> Response:
        """Attach a picture (the product's seller, or staff)."""
        product = selectors.product_to_edit(request.user, key=key)
        fields = read(ImageInput, request)
        if "variant" in fields:
            fields["variant"] = selectors.variant_of(product, fields["variant"])
        image = products.image_add(product=product, actor=request.user, **fields)
        return respond(ImageOutput, image, status.HTTP_201_CREATED)


class ReviewListView(ListView, PublicPage):
    """What customers think of a product."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = ReviewOutput
    queryset = Review.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        product = selectors.product_get(selectors.products_visible_to(self.request.user), key=self.kwargs["key"])
        return selectors.reviews_of(product)

    @swagger_auto_schema(request_body=ReviewInput, responses={201: ReviewOutput})
    def post(self, request: SignedInRequest, key: str) -> Response:
        """Write one's review, or replace it."""
        product = selectors.product_get(selectors.products_visible_to(request.user), key=key)
        review, _ = services.review_write(product=product, user=request.user, **read(ReviewInput, request))
        return respond(ReviewOutput, review, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={204: "Deleted."})
    def delete(self, request: SignedInRequest, key: str) -> Response:
        """Delete one's review."""
        product = selectors.product_get(selectors.products_visible_to(request.user), key=key)
        services.review_delete(review=selectors.review_get(product=product, user=request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LowStockView(ProductRowsView):
    """Counted products with few pieces left, the scarcest first (staff)."""

    permission_classes = [staff_with("inventory.view_stockitem")]
    serializer_class = ProductRow
    card = ProductRowCard
    load = selectors.product_rows

    def get_queryset(self):
        return products.low_on_stock(selectors.products_on_sale())
