"""The cart's items, and where parcels are."""

from django.conf import settings
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from cart import selectors as carts
from cart import services as cart_services
from inventory.offers import Named, offers_named
from orders import selectors as orders
from storefronts.aamarpay_shop import serializers as words
from utils.api.views import ListView, read, respond


class OrderShippingView(ListView):
    """Retrieves order shipping information: address, method, status and tracking of one's orders"""

    permission_classes = [IsAuthenticated]
    serializer_class = words.OrderShippingOutput

    def get_queryset(self):
        return orders.orders_of(self.request.user).select_related("shipment__method")


class ProductCartView(APIView):
    """The document's curl example sends no body, which curl sends as a GET."""

    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.CartOutput})
    def get(self, request: SignedInRequest) -> Response:
        """The open cart with its items"""
        return respond(words.CartOutput, carts.cart_content(carts.cart_of(request.user)))

    @swagger_auto_schema(
        operation_id="api_product_cart_add",
        request_body=words.CartItemInput,
        responses={200: words.CartOutput, 201: words.CartItemOutput},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Adds a product to the cart. Without a product: the open cart with its items."""
        fields = read(words.CartItemInput, request)
        named = {"cart_id": fields.get("cart"), "created_by": fields.get("created_by")}
        if "product" not in fields:
            cart = cart_services.cart_open(user=request.user, **named)
            return respond(words.CartOutput, carts.cart_content(cart))
        wanted = Named(fields["product"], fields["quantity"], fields.get("variant"))
        ((offer, quantity),) = offers_named([wanted], currency=settings.DEFAULT_CURRENCY)
        item = cart_services.product_put(user=request.user, offer=offer, quantity=quantity, **named)
        return respond(words.CartItemOutput, item, status.HTTP_201_CREATED)


class ProductCartItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=words.QuantityInput, responses={200: words.CartItemOutput})
    def put(self, request: SignedInRequest, item_id: int) -> Response:
        """Sets the quantity of a cart item"""
        fields = read(words.QuantityInput, request)
        cart = carts.cart_with_item(
            request.user,
            item_id=item_id,
            cart_id=fields.get("cart"),
            product_id=fields.get("product"),
            created_by=fields.get("created_by"),
        )
        item = cart_services.item_set(cart=cart, item_id=item_id, quantity=fields["quantity"])
        return respond(words.CartItemOutput, item)

    @swagger_auto_schema(request_body=words.QuantityInput, responses={200: words.CartItemOutput})
    def post(self, request: SignedInRequest, item_id: int) -> Response:
        """Sets the quantity of a cart item, as PUT does"""
        return self.put(request, item_id)

    @swagger_auto_schema(request_body=words.QuantityInput, responses={200: words.CartItemOutput})
    def patch(self, request: SignedInRequest, item_id: int) -> Response:
        """Sets the quantity of a cart item, as PUT does"""
        return self.put(request, item_id)

    @swagger_auto_schema(responses={204: "Removed."})
    def delete(self, request: SignedInRequest, item_id: int) -> Response:
        """Removes a cart item"""
        cart_services.item_remove(cart=carts.cart_with_item(request.user, item_id=item_id), item_id=item_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
