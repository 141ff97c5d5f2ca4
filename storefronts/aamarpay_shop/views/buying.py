"""The views of the cart and of the parcels of one's orders."""

from typing import Any

from django.conf import settings
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from cart import selectors as carts
from cart import services as cart_services
from cart.errors import CartItemNotFound, CartNotFound
from inventory.offers import ProductLine, line_item
from orders import selectors as orders
from storefronts.aamarpay_shop import serializers
from utils.api.views import ListView, read, respond
from utils.errors import Denied


class CartDenied(Denied):
    message = "Only its owner can change a cart."


def _claimed_cart(request: SignedInRequest, fields: dict[str, Any]) -> Any:
    """Return the cart that the request names in ``cart``, or ``None`` when it names none.

    Raise ``CartNotFound`` unless it is the caller's open cart, and ``CartDenied`` when ``created_by`` is another user.
    """
    if fields.get("created_by") not in (None, request.user.pk):
        raise CartDenied
    if (claimed := fields.get("cart")) is None:
        return None
    cart = carts.cart_of(request.user)
    if cart is None or cart.pk != claimed:
        raise CartNotFound
    return cart


class OrderShippingView(ListView):
    """Retrieves order shipping information: address, method, status and tracking of one's orders"""

    permission_classes = [IsAuthenticated]
    serializer_class = serializers.OrderShippingOutput

    def get_queryset(self):
        return orders.orders_of(self.request.user).select_related("shipment__method")


class ProductCartView(APIView):
    """Serve the cart. It answers GET, too, because curl sends the document's example, which has no body, as a GET."""

    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.CartOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Shows the open cart with its items"""
        return respond(serializers.CartOutput, carts.cart_content(carts.cart_of(request.user)))

    @swagger_auto_schema(
        operation_id="api_product_cart_add",
        request_body=serializers.CartItemInput,
        responses={200: serializers.CartOutput, 201: serializers.CartItemOutput},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Adds a product to the cart. Without a product, shows the open cart with its items."""
        fields = read(serializers.CartItemInput, request)
        named = _claimed_cart(request, fields)
        if "product" not in fields:
            cart = cart_services.cart_open(user=request.user)
            return respond(serializers.CartOutput, carts.cart_content(cart))
        wanted = ProductLine(fields["product"], fields["quantity"], fields.get("variant"))
        line = line_item(wanted, currency=settings.DEFAULT_CURRENCY)
        if named is None:
            item = cart_services.item_put(user=request.user, line=line)
        else:  # refused if the cart was ordered meanwhile
            item = cart_services.item_add(cart=named, offer=line.offer, quantity=line.quantity)
        return respond(serializers.CartItemOutput, item, status.HTTP_201_CREATED)


class ProductCartItemView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.QuantityInput, responses={200: serializers.CartItemOutput})
    def put(self, request: SignedInRequest, item_id: int) -> Response:
        """Sets the quantity of a cart item"""
        fields = read(serializers.QuantityInput, request)
        _claimed_cart(request, fields)
        item = carts.item_of(request.user, item_id=item_id)
        if fields.get("product") not in (None, item.variant.product_id):
            raise CartItemNotFound
        changed = cart_services.item_set(cart=item.cart, item_id=item_id, quantity=fields["quantity"])
        return respond(serializers.CartItemOutput, changed)

    @swagger_auto_schema(request_body=serializers.QuantityInput, responses={200: serializers.CartItemOutput})
    def post(self, request: SignedInRequest, item_id: int) -> Response:
        """Sets the quantity of a cart item, as PUT does"""
        return self.put(request, item_id)

    @swagger_auto_schema(request_body=serializers.QuantityInput, responses={200: serializers.CartItemOutput})
    def patch(self, request: SignedInRequest, item_id: int) -> Response:
        """Sets the quantity of a cart item, as PUT does"""
        return self.put(request, item_id)

    @swagger_auto_schema(responses={204: "Removed."})
    def delete(self, request: SignedInRequest, item_id: int) -> Response:
        """Removes a cart item"""
        cart_services.item_remove(cart=carts.item_of(request.user, item_id=item_id).cart, item_id=item_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
