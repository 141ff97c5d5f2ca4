"""Serve refunds to staff."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from payments import selectors, services
from payments.serializers import RefundConfirmInput, RefundInput, RefundOutput, RefundWithdrawInput
from utils.api.idempotency import idempotent
from utils.api.permissions import staff_with
from utils.api.views import read, respond
from utils.api.viewsets import ListViewSet, ViewSet


class RefundViewSet(ListViewSet):
    """List the refunds of a payment, the newest first."""

    request: SignedInRequest
    permissions = {"list": staff_with("payments.view_payment"), "create": staff_with("payments.change_payment")}
    serializer_class = RefundOutput

    def visible(self):
        return selectors.refunds_of(user=self.request.user, number=self.kwargs["payment_number"])

    @swagger_auto_schema(request_body=RefundInput, responses={201: RefundOutput})
    @idempotent
    def create(self, request: SignedInRequest, payment_number: str) -> Response:
        """Refund a payment, all of it or a part, through its gateway if that can do it, or else by hand."""
        fields = read(RefundInput, request)
        refund = services.refund_request(
            payment_id=selectors.payment_by_number(payment_number).pk,
            amount=fields.get("amount"),
            reason=fields.get("reason", ""),
            actor=request.user,
        )
        return respond(RefundOutput, refund, status.HTTP_201_CREATED)


class RefundDecisionViewSet(ViewSet):
    """Record what staff decide about a refund, whichever payment it belongs to."""

    permission_classes = [staff_with("payments.change_payment")]
    lookup_url_kwarg = "refund_number"
    lookup_value_converter = "number"

    @swagger_auto_schema(request_body=RefundConfirmInput, responses={200: RefundOutput})
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: SignedInRequest, refund_number: str) -> Response:
        """Record that a refund was made by hand."""
        fields = read(RefundConfirmInput, request)
        refund = selectors.refund_by_number(refund_number)
        return respond(RefundOutput, services.refund_confirm(refund_id=refund.pk, actor=request.user, **fields))

    @swagger_auto_schema(request_body=RefundWithdrawInput, responses={200: RefundOutput})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: SignedInRequest, refund_number: str) -> Response:
        """Record that a refund will not be made; its amount can be refunded again. The gateway may be asked first."""
        fields = read(RefundWithdrawInput, request)
        refund = selectors.refund_by_number(refund_number)
        return respond(RefundOutput, services.refund_withdraw(refund_id=refund.pk, actor=request.user, **fields))
