"""The views of contract 001 (the Stripe shop). Each reads the request, calls the core and renders the answer."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseRedirect
from drf_yasg import openapi
from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import resets
from accounts import services as accounts
from accounts.authentication import SignedInRequest, client_of
from accounts.views.recovery import MAILED
from catalog import selectors as catalog
from catalog import services as catalog_services
from inventory import products
from inventory.offers import ProductLine, line_items
from orders import selectors as orders
from orders import services as order_services
from orders.requests import OrderRequest
from payments import services as payments
from payments.requests import PaymentRequest
from payments.states import PaymentMethod
from payments.views import gateways
from shipping.addresses import PostalAddress
from storefronts.joint import serializers as joint
from storefronts.joint import views as joint_views
from storefronts.joint.errors import fields_renamed
from storefronts.joint.views import product_change, product_new, product_remove
from storefronts.stripe_shop import serializers
from utils.api.clients import ip_address_of
from utils.api.idempotency import IDEMPOTENCY_KEY, idempotent, request_key_of
from utils.api.parsers import StrictMultiPartParser
from utils.api.permissions import staff_with
from utils.api.views import ListView, PublicView, read, respond, rows

# ---------------------------------------------------------------------------------------------------------- accounts


class UserView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.UserOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Get current user info"""
        return respond(serializers.UserOutput, request.user)


class UserUpdateView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.ProfileInput, responses={200: serializers.UserOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update user profile. Fields that are left out stay as they are."""
        user = accounts.profile_update(user=request.user, **read(serializers.ProfileInput, request))
        return respond(serializers.UserOutput, user)


class ForgotPasswordView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.ForgotPasswordInput, responses={200: serializers.DetailOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Request password reset: a link is sent by mail. An unknown e-mail address gets the same answer."""
        page = "api/reset-password/{token}/"
        accounts.reset_link_request(
            page=page, client=client_of(request), **read(serializers.ForgotPasswordInput, request)
        )
        return Response(MAILED)


class ResetPasswordView(PublicView):
    @swagger_auto_schema(responses={200: serializers.NewPasswordPageOutput}, security=[])
    def get(self, request: Request, reset_token: str) -> HttpResponseRedirect | Response:
        """Return the URL of the page where a person chooses a new password; a browser is redirected to it"""
        page, headers = f"/{resets.OUR_PAGE.format(token=reset_token)}", {"Cache-Control": "private, no-store"}
        if "text/html" in request.headers.get("Accept", ""):
            return HttpResponseRedirect(page, headers=headers)
        return Response({"page": page}, headers=headers)

    @swagger_auto_schema(
        request_body=serializers.ResetPasswordInput, responses={200: serializers.DetailOutput}, security=[]
    )
    def post(self, request: Request, reset_token: str) -> Response:
        """Reset password with token. The token works once; the user is signed out everywhere."""
        token = resets.ResetToken.parse(reset_token)
        password = read(serializers.ResetPasswordInput, request)["password"]
        accounts.password_reset_by_link(token=token, password=password, client=client_of(request))
        return Response({"detail": "The password has been changed."})


# ---------------------------------------------------------------------------------------------------------- products


class ProductCreateView(APIView):
    permission_classes = [staff_with("catalog.add_product")]

    @swagger_auto_schema(request_body=serializers.ProductInput, responses={201: joint.ProductOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Create product (Admin)"""
        return product_new(request, serializers.ProductInput)


class ProductUpdateView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.ProductInput, responses={200: joint.ProductOutput})
    def put(self, request: SignedInRequest, product_id: int) -> Response:
        """Update product (Admin/Owner). Fields that are left out stay as they are."""
        return product_change(request, product_id, serializers.ProductInput, partial=True)


class ProductDeleteView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={204: "Taken off sale."})
    def delete(self, request: SignedInRequest, product_id: int) -> Response:
        """Delete product (Admin/Owner)"""
        return product_remove(request, product_id)


class ImageUploadView(APIView):
    permission_classes = [staff_with("catalog.change_product")]
    parser_classes: list[type[BaseParser]] = [StrictMultiPartParser]

    @swagger_auto_schema(
        request_body=no_body,
        manual_parameters=[
            openapi.Parameter("product", openapi.IN_FORM, type=openapi.TYPE_INTEGER, required=True),
            openapi.Parameter(
                "images",
                openapi.IN_FORM,
                type=openapi.TYPE_FILE,
                required=True,
                description=f"PNG, JPEG, WebP or GIF; the field may occur up to {serializers.MAX_PICTURES} times",
            ),
        ],
        responses={201: joint.ImageOutput(many=True)},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Upload images for a product (Admin). If one is refused, none is stored."""
        fields = read(serializers.ImagesInput, request)
        product = catalog.product_to_edit(request.user, key=fields["product"])
        images = products.images_add(product=product, files=fields["images"], actor=request.user)
        return Response(rows(joint.ImageOutput, images), status.HTTP_201_CREATED)


class ReviewAddView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        request_body=serializers.ReviewInput,
        responses={201: joint.ReviewOutput, 200: "The earlier review was replaced."},
    )
    def post(self, request: SignedInRequest, product_id: int) -> Response:
        """Add or update a review. A customer has one review of each product."""
        product = catalog.product_get(catalog.products_visible_to(request.user), key=product_id)
        fields = read(serializers.ReviewInput, request)
        review, is_new = catalog_services.review_write(product=product, user=request.user, **fields)
        return respond(joint.ReviewOutput, review, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class ReviewDeleteView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={204: "Deleted."})
    def delete(self, request: SignedInRequest, product_id: int) -> Response:
        """Delete own review"""
        product = catalog.product_get(catalog.products_visible_to(request.user), key=product_id)
        catalog_services.review_delete(review=catalog.review_get(product=product, user=request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


# ------------------------------------------------------------------------------------------------------------ orders


def _order_request(request: SignedInRequest, fields: dict[str, Any]) -> OrderRequest:
    """Return the order request for the products in ``fields`` at their current prices, or for the open cart."""
    address = PostalAddress(**fields["address"])
    wanted = [ProductLine(**each) for each in fields["items"] or ()]
    return OrderRequest(
        address=address,
        items=line_items(wanted, currency=settings.DEFAULT_CURRENCY) if wanted else None,
        phone=address.phone,
        placed_from=ip_address_of(request._request),
    )


class OrderCreateView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        request_body=serializers.OrderInput, responses={201: joint.OrderOutput}, manual_parameters=[IDEMPOTENCY_KEY]
    )
    @idempotent
    def post(self, request: SignedInRequest) -> Response:
        """Create order (manual payment) from the items, or from one's cart"""
        order = _order_request(request, read(serializers.OrderInput, request))
        payment, _ = payments.checkout(user=request.user, method=PaymentMethod.MANUAL, order=order)
        return respond(joint.OrderOutput, payment.order, status.HTTP_201_CREATED)


class OrderListView(ListView):
    """List user's orders"""

    permission_classes = [IsAuthenticated]
    serializer_class = joint.OrderOutput

    def get_queryset(self):
        return orders.order_details(orders.orders_of(self.request.user))


class OrderProcessView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.ProcessInput, responses={200: joint.OrderOutput})
    def put(self, request: SignedInRequest, order_id: int) -> Response:
        """Update the order status/payment (Admin/Owner). Staff change both; the owner may only cancel the order."""
        payments.order_process(user=request.user, order_id=order_id, **read(serializers.ProcessInput, request))
        return respond(joint.OrderOutput, orders.order_get_by_id(user=request.user, order_id=order_id))


class OrderDeleteView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={204: "Cancelled, and hidden from its customer."})
    def delete(self, request: SignedInRequest, order_id: int) -> Response:
        """Delete order (Admin/Owner) while it is neither paid nor sent"""
        order = orders.order_get_by_id(user=request.user, order_id=order_id)
        orders.require_change(order, user=request.user)
        order_services.order_hide(order=order, actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CheckoutSessionView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        request_body=serializers.CheckoutSessionInput,
        manual_parameters=[IDEMPOTENCY_KEY],
        responses={201: serializers.CheckoutSessionOutput, 503: "Stripe does not answer. Nothing was ordered."},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Create Stripe checkout session for the items, or for one's cart. The buyer pays at ``url``."""
        fields = read(serializers.CheckoutSessionInput, request)
        with fields_renamed(return_url="success_url", cancelled_url="cancel_url"):
            payment = payments.checkout_and_start(
                user=request.user,
                method=PaymentMethod.STRIPE,
                order=_order_request(request, fields),
                payment=PaymentRequest(**fields["start"]),
                request_key=request_key_of(request),
            )
        return respond(serializers.CheckoutSessionOutput, payment, status.HTTP_201_CREATED)


class WebhookView(gateways.WebhookView):
    @swagger_auto_schema(
        request_body=openapi.Schema(
            type=openapi.TYPE_OBJECT,
            description="A Stripe event.",
            properties={name: openapi.Schema(type=openapi.TYPE_STRING) for name in ("id", "object", "type")}
            | {"data": openapi.Schema(type=openapi.TYPE_OBJECT)},
            example={"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": {}}},
        ),
        manual_parameters=[
            openapi.Parameter("Stripe-Signature", openapi.IN_HEADER, type=openapi.TYPE_STRING, required=True)
        ],
        responses={200: '`{"received": true}`', 400: "The signature is wrong, or the body is not an event."},
        security=[],
    )
    def post(self, request: Request) -> Response:
        """Receive a signed event from Stripe. Same as /api/v1/payments/webhooks/stripe/."""
        return super().post(request, method=PaymentMethod.STRIPE)


# ---------------------------------------------------------------------------------------------------- authentication


class TokenViewSet(joint_views.TokenViewSet):
    """Sign in with tokens. This subclass makes Swagger UI list its paths under contract 001."""
