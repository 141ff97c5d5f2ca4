"""Views that verify a mailbox and reset a forgotten password.

A request for mail gets the same answer whether or not an account has the address.
"""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.authentication import client_of
from accounts.models import CodePurpose
from accounts.resets import ResetToken
from accounts.serializers import (
    EmailOnlyInput,
    EmailVerifyInput,
    MailedOutput,
    ResetByCodeInput,
    ResetByLinkInput,
    ResetRequestInput,
)
from utils.api.views import read
from utils.api.viewsets import PublicViewSet

MAILED = {"detail": "If an account has this address, a mail is on its way."}


class EmailViewSet(PublicViewSet):
    @swagger_auto_schema(request_body=EmailVerifyInput, responses={204: "Verified."}, security=[])
    @action(detail=True, methods=["post"])
    def verify(self, request: Request) -> Response:
        """Verify the e-mail address with the code that was mailed to it."""
        services.email_verify(client=client_of(request), **read(EmailVerifyInput, request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @swagger_auto_schema(request_body=EmailOnlyInput, responses={202: MailedOutput}, security=[])
    @action(detail=True, methods=["post"])
    def resend(self, request: Request) -> Response:
        """Mail a new code that verifies the e-mail address. The earlier code stops working."""
        fields = read(EmailOnlyInput, request)
        services.code_request(purpose=CodePurpose.EMAIL_VERIFICATION, client=client_of(request), **fields)
        return Response(MAILED, status.HTTP_202_ACCEPTED)


class PasswordResetViewSet(PublicViewSet):
    @swagger_auto_schema(request_body=ResetRequestInput, responses={202: MailedOutput}, security=[])
    def create(self, request: Request) -> Response:
        """Reset a forgotten password. A link that is valid for an hour is mailed, or a code valid for ten minutes."""
        fields, client = read(ResetRequestInput, request), client_of(request)
        if fields["by"] == "code":
            services.code_request(email=fields["email"], purpose=CodePurpose.PASSWORD_RESET, client=client)
        else:
            services.reset_link_request(email=fields["email"], client=client)
        return Response(MAILED, status.HTTP_202_ACCEPTED)

    @swagger_auto_schema(request_body=ResetByLinkInput, responses={204: "The new password is set."}, security=[])
    @action(detail=True, methods=["post"], url_path="by-link")
    def by_link(self, request: Request) -> Response:
        """Set a new password with the token of a mailed link. This ends every sign-in."""
        fields = read(ResetByLinkInput, request)
        token = ResetToken.parse(fields["token"])
        services.password_reset_by_link(token=token, password=fields["password"], client=client_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @swagger_auto_schema(request_body=ResetByCodeInput, responses={204: "The new password is set."}, security=[])
    @action(detail=True, methods=["post"], url_path="by-code")
    def by_code(self, request: Request) -> Response:
        """Set a new password with a mailed code. This ends every sign-in."""
        services.password_reset_by_code(client=client_of(request), **read(ResetByCodeInput, request))
        return Response(status=status.HTTP_204_NO_CONTENT)
