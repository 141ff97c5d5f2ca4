"""Accounts in /api/v1/auth/."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import generics, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts import selectors, services
from accounts.authentication import SignedInRequest
from accounts.errors import TokenRefused
from accounts.serializers import (
    CredentialsInput,
    PasswordChangeInput,
    RefreshInput,
    RegistrationInput,
    RegistrationOutput,
    TokenInput,
    TokenPairOutput,
    UserOutput,
)
from utils.api.views import read, respond


class RegisterView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=RegistrationInput, responses={201: RegistrationOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Create a customer account and sign in."""
        user = services.user_register(**read(RegistrationInput, request))
        answer = {"user": user, "tokens": services.session_open(user=user)}
        return respond(RegistrationOutput, answer, status.HTTP_201_CREATED)


class TokenView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=CredentialsInput, responses={200: TokenPairOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Sign in with username or e-mail address. The access token lasts 15 minutes, the refresh token 14 days."""
        _, tokens = services.sign_in(**read(CredentialsInput, request))
        return respond(TokenPairOutput, tokens)


class TokenRefreshView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=RefreshInput, responses={200: TokenPairOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair. It works once; using it again ends the sign-in."""
        return respond(TokenPairOutput, services.session_rotate(**read(RefreshInput, request)))


class TokenVerifyView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=TokenInput, responses={200: "The access token is good."}, security=[])
    def post(self, request: Request) -> Response:
        """Is this access token good right now?"""
        try:
            claims = AccessToken(read(TokenInput, request)["token"])
        except TokenError as error:
            raise TokenRefused from error
        selectors.user_of_token(claims)
        return Response({})


class LogoutView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    @swagger_auto_schema(request_body=RefreshInput, responses={204: "Signed out."}, security=[])
    def post(self, request: Request) -> Response:
        """End the sign-in that the refresh token belongs to, with all its tokens."""
        services.sign_out(**read(RefreshInput, request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=PasswordChangeInput, responses={200: TokenPairOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Change the password. Every earlier token stops working at once; the answer holds new ones."""
        tokens = services.password_change(user=request.user, **read(PasswordChangeInput, request))
        return respond(TokenPairOutput, tokens)


class MeView(generics.RetrieveUpdateAPIView):
    """The signed-in user."""

    permission_classes = [IsAuthenticated]
    serializer_class = UserOutput
    http_method_names = ["get", "patch", "head", "options"]

    def get_object(self):
        return self.request.user

    def perform_update(self, serializer) -> None:
        services.profile_update(user=self.get_object(), **serializer.validated_data)
