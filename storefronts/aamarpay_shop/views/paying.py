"""aamarPay's page, and the addresses that lead back from it."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from payments import services
from payments.addresses import is_ours
from payments.gateways.aamarpay import number_in
from payments.gateways.base import Buyer
from payments.states import PaymentMethod
from payments.views.gateways import GatewayEdge, browser_sent_on
from storefronts.aamarpay_shop import serializers as words
from utils.api.clients import address_of
from utils.api.views import read, respond


class PaymentRequestView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=words.PaymentRequestInput, responses={200: words.PaymentRequestOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Initiates a payment request via Aamar Pay: orders the cart and returns a URL to open in a browser."""
        fields = read(words.PaymentRequestInput, request)
        payment = services.checkout_and_start(
            user=request.user,
            method=PaymentMethod.AAMARPAY,
            cart_id=fields["identification"]["cart_id"],
            address=_address(fields),
            placed_from=address_of(request._request),
            email=request.user.email or "",
            phone=fields["cus_phone"],
            expected_currency=fields["currency"],
            start={"buyer": _buyer(fields), **_ways_back(fields)},
        )
        return respond(words.PaymentRequestOutput, payment)


def _street(fields: dict[str, Any]) -> str:
    return ", ".join(line for line in (fields["cus_add1"], fields["cus_add2"]) if line)


def _address(fields: dict[str, Any]) -> dict[str, str]:
    return {
        "name": fields["cus_name"],
        "phone": fields["cus_phone"],
        "street": _street(fields),
        "city": fields["cus_city"],
        "state": fields["cus_state"],
        "postal_code": fields["cus_postcode"],
        "country": fields["cus_country"],
    }


def _buyer(fields: dict[str, Any]) -> Buyer:
    """What the gateway is told. The order's own mail goes to the account: this address is anybody's word."""
    return Buyer(**_address(fields), email=fields["cus_email"])


def _ways_back(fields: dict[str, Any]) -> dict[str, str]:
    """The client's addresses as far as they are the shop's or listed; else the browser comes to the front page."""
    wanted = {
        "return_url": fields["success_url"],
        "failed_url": fields["fail_url"],
        "cancelled_url": fields["cancel_url"],
    }
    return {name: address for name, address in wanted.items() if address and is_ours(address)}


class ConfirmationView(GatewayEdge):
    """Takes the form that the gateway has a browser bring, and believes nothing of it: the gateway is asked.

    The same address may be the client's own page for afterwards, which then comes with nothing but a GET.
    """

    message: ClassVar[str] = "Thank you. As soon as the gateway confirms the payment, your order shows it."
    hint: ClassVar[str] = ""

    @swagger_auto_schema(responses={200: words.MessageOutput}, security=[])
    def get(self, request: Request) -> Response:
        """Say in words how the payment ended. Nothing is settled by it."""
        return respond(words.MessageOutput, {"message": self.message})

    @swagger_auto_schema(
        request_body=openapi.Schema(
            type=openapi.TYPE_OBJECT,
            description="The form that aamarPay posts.",
            properties={name: openapi.Schema(type=openapi.TYPE_STRING) for name in ("mer_txnid", "pay_status")},
            example={"mer_txnid": "5f2c9a1b7d3e4f60718293a4", "pay_status": "Successful"},
        ),
        responses={303: "The browser goes on to the client's page. aamarPay is asked first; the form is not believed."},
        security=[],
    )
    def post(self, request: Request) -> HttpResponse:
        """Send the buyer's browser on after a payment at aamarPay."""
        return browser_sent_on(number_in(request._request.body), hint=self.hint)


class FailConfirmationView(ConfirmationView):
    message = "The payment was not made. Your order can still be paid."
    hint = "failed"
