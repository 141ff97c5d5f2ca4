"""The views that send a buyer to aamarPay's page and receive the buyer's browser afterwards."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from orders.requests import OrderRequest
from payments import services
from payments.addresses import is_ours
from payments.gateways.aamarpay import number_in
from payments.gateways.base import Buyer
from payments.requests import PaymentRequest
from payments.states import PaymentMethod
from payments.views.gateways import GatewayEdge, browser_sent_on
from shipping.addresses import PostalAddress
from storefronts.aamarpay_shop import serializers
from utils.api.clients import ip_address_of
from utils.api.views import read, respond


class PaymentRequestView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        request_body=serializers.PaymentRequestInput, responses={200: serializers.PaymentRequestOutput}
    )
    def post(self, request: SignedInRequest) -> Response:
        """Initiates a payment request via Aamar Pay: orders the cart and returns a URL to open in a browser."""
        fields = read(serializers.PaymentRequestInput, request)
        payment = services.checkout_and_start(
            user=request.user,
            method=PaymentMethod.AAMARPAY,
            order=OrderRequest(
                cart_id=fields["identification"]["cart_id"],
                address=_address(fields),
                placed_from=ip_address_of(request._request),
                email=request.user.email or "",
                phone=fields["cus_phone"],
                expected_currency=fields["currency"],
            ),
            payment=_payment_request(fields),
        )
        return respond(serializers.PaymentRequestOutput, payment)


def _street(fields: dict[str, Any]) -> str:
    return ", ".join(line for line in (fields["cus_add1"], fields["cus_add2"]) if line)


def _address(fields: dict[str, Any]) -> PostalAddress:
    return PostalAddress(
        name=fields["cus_name"],
        phone=fields["cus_phone"],
        street=_street(fields),
        city=fields["cus_city"],
        state=fields["cus_state"],
        postal_code=fields["cus_postcode"],
        country=fields["cus_country"],
    )


def _buyer(fields: dict[str, Any]) -> Buyer:
    """Return the buyer's name, address, phone and e-mail address, as the client sent them, for aamarPay.

    The shop's own mail about the order goes to the account's e-mail address instead, because anybody can type in this
    one.
    """
    return Buyer(**asdict(_address(fields)), email=fields["cus_email"])


def _payment_request(fields: dict[str, Any]) -> PaymentRequest:
    """Return the data that starts the payment. It holds only those URLs of the client that the shop allows.

    Without an allowed URL the browser is sent to the front page afterwards.
    """

    def allowed(name: str) -> str:
        return fields[name] if fields[name] and is_ours(fields[name]) else ""

    return PaymentRequest(
        buyer=_buyer(fields),
        return_url=allowed("success_url"),
        failed_url=allowed("fail_url"),
        cancelled_url=allowed("cancel_url"),
    )


class ConfirmationView(GatewayEdge):
    """Receive the buyer's browser with the form that aamarPay makes it post.

    The shop does not trust the form; it asks aamarPay. A client may also send this URL as its own return page. Then the
    browser sends a GET without a form.
    """

    message: ClassVar[str] = "Thank you. Your order will show the payment as soon as the gateway confirms it."
    hint: ClassVar[str] = ""

    @swagger_auto_schema(responses={200: serializers.MessageOutput}, security=[])
    def get(self, request: Request) -> Response:
        """Show a message about the payment. This request settles nothing."""
        return respond(serializers.MessageOutput, {"message": self.message})

    @swagger_auto_schema(
        request_body=openapi.Schema(
            type=openapi.TYPE_OBJECT,
            description="The form that aamarPay posts.",
            properties={name: openapi.Schema(type=openapi.TYPE_STRING) for name in ("mer_txnid", "pay_status")},
            example={"mer_txnid": "5f2c9a1b7d3e4f60718293a4", "pay_status": "Successful"},
        ),
        responses={
            303: "To the client's page. The shop asks aamarPay about the payment first; it does not trust the form."
        },
        security=[],
    )
    def post(self, request: Request) -> HttpResponse:
        """Redirect the buyer's browser to the client's page after a payment at aamarPay."""
        return browser_sent_on(number_in(request._request.body), hint=self.hint)


class FailConfirmationView(ConfirmationView):
    message = "The payment was not made. You can still pay for your order."
    hint = "failed"
