"""Refunds, by staff."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import SignedInRequest
from payments import selectors, services
from payments.models import Refund
from payments.serializers import RefundConfirmInput, RefundInput, RefundOutput, RefundWithdrawInput
from utils.api.idempotency import idempotent
from utils.api.permissions import by_method, staff_with
from utils.api.views import ListView, read, respond


class RefundListView(ListView):
    """The refunds of a payment, the newest first."""

    permission_classes = [
        by_method(GET=staff_with("payments.view_payment"), POST=staff_with("payments.change_payment"))
    ]
    serializer_class = RefundOutput
    queryset = Refund.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.refunds_of(user=self.request.user, number=self.kwargs["payment_number"])

    @swagger_auto_schema(request_body=RefundInput, responses={201: RefundOutput})
    @idempotent
    def post(self, request: SignedInRequest, payment_number: str) -> Response:
        """Give money back, all of it or a part. A gateway that can do it is asked; else it is noted for staff to do."""
        fields = read(RefundInput, request)
        refund = services.refund_request(
            payment_id=selectors.payment_by_number(payment_number).pk,
            amount=fields.get("amount"),
            reason=fields.get("reason", ""),
            actor=request.user,
        )
        return respond(RefundOutput, refund, status.HTTP_201_CREATED)


class RefundConfirmView(APIView):
    permission_classes = [staff_with("payments.change_payment")]

    @swagger_auto_schema(request_body=RefundConfirmInput, responses={200: RefundOutput})
    @idempotent
    def post(self, request: SignedInRequest, refund_number: str) -> Response:
        """Note that a refund by hand was made."""
        fields = read(RefundConfirmInput, request)
        refund = selectors.refund_by_number(refund_number)
        return respond(RefundOutput, services.refund_confirm(refund_id=refund.pk, actor=request.user, **fields))


class RefundWithdrawView(APIView):
    permission_classes = [staff_with("payments.change_payment")]

    @swagger_auto_schema(request_body=RefundWithdrawInput, responses={200: RefundOutput})
    def post(self, request: SignedInRequest, refund_number: str) -> Response:
        """Note that a refund will not be made; its amount can be refunded again. Its gateway may be asked first."""
        fields = read(RefundWithdrawInput, request)
        refund = selectors.refund_by_number(refund_number)
        return respond(RefundOutput, services.refund_withdraw(refund_id=refund.pk, actor=request.user, **fields))
