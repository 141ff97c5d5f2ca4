"""Serve gateways and the browsers that come back from them.

Nobody is signed in here, no message is limited, and none is trusted. No answer says which check of a message failed.
"""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.utils.encoding import iri_to_uri
from drf_yasg.utils import swagger_auto_schema
from rest_framework.exceptions import ParseError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payments import selectors, services
from payments.addresses import url_after_paying
from payments.errors import GatewayNotOffered, PaymentNotFound
from payments.gateways import gateway, has_gateway
from payments.gateways.errors import BadMessage, GatewayFailure
from payments.models import Payment
from payments.states import PaymentState
from utils.api.parsers import StrictJSONParser
from utils.errors import NotFound
from utils.limits import Limit, TooManyRequests, spend

# How often returning browsers make the shop ask about one payment.
_ASKING = Limit("payment-return", count=10, seconds=60)


class GatewayEdge(APIView):
    """Accept a request of any form and at any rate, so that no message about a payment is lost.

    A request is not refused for an odd header, for its rate, or because its body can't be parsed.
    """

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class WebhookView(GatewayEdge):
    """Receive a gateway's signed messages."""

    @swagger_auto_schema(auto_schema=None)
    def post(self, request: Request, method: str) -> Response:
        if not has_gateway(method):
            raise NotFound
        receiving = gateway(method)
        try:
            incoming = receiving.receive(request._request.body, request.headers)
        except BadMessage as error:
            raise ParseError("This message can't be taken.") from error
        if incoming is not None:
            services.event_store(method=method, incoming=incoming)
        return Response({"received": True})


class AnyTypeJSONParser(StrictJSONParser):
    """Parse a message as JSON, whatever content type it names."""

    media_type = "*/*"


class CallbackView(GatewayEdge):
    """Receive messages of gateways that sign nothing.

    The secret in the URL shows that the shop gave the URL out, and for which payment or refund.
    """

    parser_classes = [AnyTypeJSONParser]

    @swagger_auto_schema(auto_schema=None)
    def post(self, request: Request, token: str) -> Response:
        try:
            services.callback_store(token=token, message=request.data)
        except BadMessage as error:
            raise ParseError("This message can't be taken.") from error
        return Response({"ResultCode": 0, "ResultDesc": "Accepted"})


class PaidByHandView(GatewayEdge):
    """Receive what was paid to M-Pesa's pay bill; only the secret in the URL shows who sends it."""

    parser_classes = [AnyTypeJSONParser]

    @swagger_auto_schema(auto_schema=None)
    def post(self, request: Request, token: str) -> Response:
        try:
            services.confirmation_store(token=token, message=request.data)
        except BadMessage as error:
            raise ParseError("This message can't be taken.") from error
        return Response({"ResultCode": 0, "ResultDesc": "Accepted"})


class MayPayByHandView(GatewayEdge):
    """Answer "yes" to M-Pesa's question whether a buyer may pay to the shop's pay bill, its account number at M-Pesa.

    M-Pesa asks before it takes such a payment, and waits at most eight seconds for the answer.
    """

    @swagger_auto_schema(auto_schema=None)
    def post(self, request: Request, token: str) -> Response:
        services.require_pay_bill(token=token)
        return Response({"ResultCode": "0", "ResultDesc": "Accepted"})


class ReturnView(GatewayEdge):
    """Redirect the buyer's browser when it comes back from a gateway's page.

    The browser comes with GET, or with POST from another site, which sends no cookies. ``outcome`` in the URL is only a
    hint at which page to show next.
    """

    @swagger_auto_schema(auto_schema=None)
    def get(self, request: Request, number: str) -> HttpResponse:
        return browser_sent_on(number, hint=request.query_params.get("outcome", ""))

    post = get


def browser_sent_on(number: str, *, hint: str = "") -> HttpResponse:
    """Redirect the browser that brought the payment's number.

    Nothing else that it brought is believed: the gateway is asked. ``hint`` is that of
    ``payments.addresses.url_after_paying``. A person sees the answer, so it is never a problem document: an unknown
    number leads to the shop's front page.
    """
    try:
        payment = selectors.payment_by_number(number)
    except PaymentNotFound:
        return _see(f"{settings.FRONTEND_URL}/")
    if payment.started_at is not None and payment.state != PaymentState.CAPTURED:
        payment = _ask(payment)
    return _see(_address(payment, hint=hint))


def _see(address: str) -> HttpResponse:
    """Redirect to ``address``, also to that of an app, which Django's own redirect refuses."""
    return HttpResponse(status=303, headers={"Location": iri_to_uri(address)})


def _ask(payment: Payment) -> Payment:
    """Ask the gateway for the payment's result, apply it, and return the payment as it is now.

    An attempt that failed or was cancelled is asked about too, because its money may still come. When the gateway does
    not answer, is no longer offered or was asked too often, return the payment unchanged: the reconciler, a job, asks
    later.
    """
    try:
        spend(_ASKING, payment.number)
        result = services.payment_query(payment)
    except (GatewayFailure, GatewayNotOffered, TooManyRequests):
        return payment
    return services.settle(payment_id=payment.pk, result=result)


def _address(payment: Payment, *, hint: str) -> str:
    page, mark, fragment = (url_after_paying(payment, hint=hint) or f"{settings.FRONTEND_URL}/").partition("#")
    query = urlencode({"order": payment.order.number, "payment": payment.number})
    return f"{page}{'&' if '?' in page else '?'}{query}{mark}{fragment}"
