"""The views that sign in, mail codes and open support threads."""

from django.middleware.csrf import get_token
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.authentication import SignedInRequest, client_of, cookie_sign_in
from notifications.services import thread_open
from storefronts.aamarpay_shop import serializers
from utils.api.views import PublicView, read, respond


class LoginView(PublicView):
    @swagger_auto_schema(request_body=serializers.LoginInput, responses={200: serializers.LoginOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Authenticates user and generates a session. Clients may use the answer's tokens or its cookie."""
        client = client_of(request)
        user = services.credentials_check(client=client, **read(serializers.LoginInput, request))
        cookie_sign_in(request, user)
        get_token(request._request)
        tokens = services.session_open(user=user, client=client)
        return respond(serializers.LoginOutput, {"access": tokens.access, "refresh": tokens.refresh, "user": user})


class ThreadView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=serializers.ThreadInput, responses={201: serializers.ThreadOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Creates a new thread for the caller. Staff may create one for a customer."""
        customer = read(serializers.ThreadInput, request)["user"]
        thread = thread_open(user_id=customer, opened_by=request.user)
        return respond(serializers.ThreadOutput, thread, status.HTTP_201_CREATED)


class CodeRequestView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.CodeRequestInput, responses={200: serializers.MessageOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Requests a code by mail for a specific action. The answer does not tell whether the address is known."""
        fields = read(serializers.CodeRequestInput, request)
        purpose = services.CodePurpose(fields["using_for"])
        services.code_request(email=fields["email"], purpose=purpose, client=client_of(request))
        return respond(
            serializers.MessageOutput, {"message": "If we know this e-mail address, we have sent it a code."}
        )


class CodeView(PublicView):
    @swagger_auto_schema(request_body=serializers.CodeInput, responses={200: serializers.MessageOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Verifies the OTP sent to the user's email, and sets the new password for a password reset."""
        fields, client = read(serializers.CodeInput, request), client_of(request)
        proof = {"email": fields["email"], "code": fields["otp"], "client": client}
        if fields["using_for"] == services.CodePurpose.PASSWORD_RESET:
            services.password_reset_by_code(password=fields["password"], **proof)
            return respond(serializers.MessageOutput, {"message": "The password has been changed."})
        services.email_verify(**proof)
        return respond(serializers.MessageOutput, {"message": "The e-mail address is verified."})
