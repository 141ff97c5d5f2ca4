"""The views that several contracts share. Each reads the request, calls the core and renders the answer."""

from collections.abc import Sequence
from typing import ClassVar

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors as account_selectors
from accounts import services as accounts
from accounts.authentication import SignedInRequest, client_of
from accounts.views import sign_in
from catalog import selectors as catalog
from catalog import services as catalog_services
from catalog.views import shown
from catalog.views.cards import Version
from catalog.views.categories import with_category
from catalog.views.rows import ProductRowsMixin, Rows, outlined_versions, product_version
from inventory import products
from orders import selectors as orders
from storefronts.joint import serializers
from storefronts.joint.products import ShopProductFilter, changes_only, product_rows
from utils.api.answers.http import Kept
from utils.api.permissions import ActionPermissions, staff_with
from utils.api.views import ListView, PublicPage, PublicView, read, respond, rows

_REVIEWS = 20


class RegisterView(PublicView):
    contracts: ClassVar[tuple[str, ...]] = ("aamarpay_shop", "stripe_shop")

    @swagger_auto_schema(
        request_body=serializers.RegistrationInput, responses={201: serializers.RegisteredOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Register a new user. A code that verifies the e-mail address is sent by mail."""
        user = accounts.user_register(client=client_of(request), **read(serializers.RegistrationInput, request))
        return respond(serializers.RegisteredOutput, user, status.HTTP_201_CREATED)


class TokenViewSet(sign_in.TokenViewSet):
    credentials_input = serializers.CredentialsInput
    refresh_input = serializers.RefreshInput


class TokenVerifyView(PublicView):
    @swagger_auto_schema(request_body=serializers.TokenInput, responses={200: "The token is valid."}, security=[])
    def post(self, request: Request) -> Response:
        """Check whether an access or refresh token is valid."""
        account_selectors.user_of_any_token(read(serializers.TokenInput, request)["token"])
        return Response({})


class ProductRows(ProductRowsMixin, PublicPage, ListView):
    """List products with the fields that the contracts show."""

    serializer_class = serializers.ProductOutput
    kept: ClassVar[Kept] = {"get": shown.products}

    def shown(self, versions: Sequence[Version]) -> Rows:
        return product_rows(versions, group=catalog.shown_group(self.request.user))


class ProductListView(ActionPermissions, ProductRows):
    """List Products (with filtering & pagination)"""

    contracts: ClassVar[tuple[str, ...]] = ("aamarpay_shop", "stripe_shop", "realtime_shop")
    permissions = {"get": AllowAny, "post": staff_with("catalog.add_product")}
    filterset_class = ShopProductFilter

    def get_queryset(self):
        return catalog.products_on_sale().order_by("id")

    def versions(self) -> Sequence[Version]:
        return outlined_versions(self)

    @swagger_auto_schema(request_body=serializers.ProductInput, responses={201: serializers.ProductOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Create Product (Admin Only)"""
        return product_new(request)


ChangesProducts = staff_with("catalog.change_product")


class ProductView(ActionPermissions, PublicPage):
    contracts: ClassVar[tuple[str, ...]] = ("stripe_shop", "realtime_shop")
    permissions = {"get": AllowAny, "put": ChangesProducts, "delete": ChangesProducts}
    kept: ClassVar[Kept] = {"get": shown.one_product}

    @swagger_auto_schema(responses={200: serializers.ProductDetailsOutput}, security=[])
    def get(self, request: Request, product_id: int) -> Response:
        """Get Product Details, with the newest reviews"""
        answer = product_answer(request, product_id)
        newest = catalog.reviews_of(product_id)[:_REVIEWS]
        return Response({**answer.data, "reviews": rows(serializers.ReviewOutput, newest)})

    @swagger_auto_schema(request_body=serializers.ProductInput, responses={200: serializers.ProductOutput})
    def put(self, request: SignedInRequest, product_id: int) -> Response:
        """Update Product (Admin Only). Fields that are left out stay as they are."""
        return product_change(request, product_id, partial=True)

    @swagger_auto_schema(responses={204: "Taken off sale."})
    def delete(self, request: SignedInRequest, product_id: int) -> Response:
        """Delete Product (Admin Only)"""
        return product_remove(request, product_id)


def product_new(
    request: SignedInRequest, fields_read: type[serializers.ProductInput] = serializers.ProductInput
) -> Response:
    """Create a product from the body, which ``fields_read`` reads, and return it."""
    product = products.product_create(actor=request.user, **with_category(read(fields_read, request)))
    return product_answer(request, product.pk, status.HTTP_201_CREATED)


def product_change(
    request: SignedInRequest,
    product_id: int,
    fields_read: type[serializers.ProductInput] = serializers.ProductInput,
    *,
    partial: bool,
) -> Response:
    """Change the fields that the body names, and return the product.

    ``fields_read`` is the serializer that reads the body. Unless ``partial``, the body must hold every required field.
    """
    product = catalog.product_to_edit(request.user, key=product_id)
    fields = with_category(read(fields_read, request, partial=partial))
    products.product_update(product=product, actor=request.user, **changes_only(product_id, fields))
    return product_answer(request, product_id)


def product_remove(request: SignedInRequest, product_id: int) -> Response:
    """Take a product off sale. It is archived, not deleted."""
    product = catalog.product_to_edit(request.user, key=product_id)
    catalog_services.product_archive(product=product)
    return Response(status=status.HTTP_204_NO_CONTENT)


def product_answer(request: Request, product_id: int, status_code: int = status.HTTP_200_OK) -> Response:
    """Return the answer that shows a product. Raise ``ProductNotFound`` when the caller sees no such product."""
    version = product_version(catalog.products_visible_to(request.user), key=product_id)
    (row,) = product_rows([version], group=catalog.shown_group(request.user))
    return Response(row, status=status_code)


class CategoryRows(ActionPermissions, ListView, PublicPage):
    """List and add categories with the fields that the contracts show."""

    permissions = {"get": AllowAny, "post": staff_with("catalog.add_category")}
    serializer_class = serializers.CategoryOutput
    kept: ClassVar[Kept] = {"get": shown.categories}

    def get_queryset(self):
        return catalog.categories()

    @swagger_auto_schema(request_body=serializers.CategoryInput, responses={201: serializers.CategoryOutput})
    def post(self, request: Request) -> Response:
        """Create Category (Admin Only)"""
        category = catalog_services.category_create(**read(serializers.CategoryInput, request))
        return respond(serializers.CategoryOutput, category, status.HTTP_201_CREATED)


class OrderView(APIView):
    contracts: ClassVar[tuple[str, ...]] = ("stripe_shop", "realtime_shop")
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.OrderOutput})
    def get(self, request: SignedInRequest, order_id: int) -> Response:
        """Get Order Details"""
        return respond(serializers.OrderOutput, orders.order_get_by_id(user=request.user, order_id=order_id))
