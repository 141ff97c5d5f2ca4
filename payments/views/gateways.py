"""Where gateways and browsers come from outside: nobody is signed in here, and nothing is limited or trusted.

Which of a message's checks failed is told to nobody.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpResponseRedirect
from drf_yasg.utils import swagger_auto_schema
from rest_framework.exceptions import ParseError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payments import selectors, services
from payments.gateways import gateway
from payments.gateways.base import BadMessage, GatewayFailure
from payments.models import Payment


class GatewayEdge(APIView):
    """A stray Authorization header, a limit or a form that can't be parsed must not cost a payment its message."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []


class WebhookView(GatewayEdge):
    @swagger_auto_schema(auto_schema=None)
    def post(self, request: Request, method: str) -> Response:
        receiving = gateway(method)
        try:
            incoming = receiving.receive(request._request.body, request.headers)
        except BadMessage as error:
            raise ParseError("This message can't be taken.") from error
        services.event_store(method=method, incoming=incoming)
        return Response({"received": True})


class ReturnView(GatewayEdge):
    """The buyer's browser comes back. What it brings is a hint at most: the gateway is asked."""

    @swagger_auto_schema(auto_schema=None)
    def get(self, request: Request, number: str) -> HttpResponseRedirect:
        payment = selectors.payment_by_number(number)
        if payment.is_open:
            self._ask(payment)
        return HttpResponseRedirect(self._address(payment), status=303)

    post = get

    @staticmethod
    def _ask(payment: Payment) -> None:
        """A gateway that does not answer now is asked by the reconciler."""
        try:
            finding = services.payment_query(payment)
        except GatewayFailure:
            return
        services.settle(payment_id=payment.pk, finding=finding)

    @staticmethod
    def _address(payment: Payment) -> str:
        parts = urlsplit(payment.return_url or f"{settings.FRONTEND_URL}/")
        known = f"{parts.query}&" if parts.query else ""
        query = known + urlencode({"order": payment.order_id, "payment": payment.pk})
        return urlunsplit(parts._replace(query=query))
