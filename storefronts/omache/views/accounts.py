"""The views of accounts, with the inputs and outputs of dj-rest-auth."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.authentication import SignedInRequest, client_of, cookie_sign_out
from storefronts.joint import views as joint
from storefronts.omache import serializers as words
from utils.api.views import PublicView, read, respond


class RegistrationView(PublicView):
    @swagger_auto_schema(request_body=words.RegistrationInput, responses={201: words.SignedInOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Register a user and sign in at once"""
        client = client_of(request)
        user = services.user_register(client=client, **read(words.RegistrationInput, request))
        tokens = services.session_open(user=user, client=client)
        answer = {"access": tokens.access, "refresh": tokens.refresh, "user": user}
        return respond(words.SignedInOutput, answer, status.HTTP_201_CREATED)


class LoginView(PublicView):
    @swagger_auto_schema(request_body=words.LoginInput, responses={200: words.SignedInOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Login with a username or an e-mail address"""
        user, tokens = services.sign_in(client=client_of(request), **read(words.LoginInput, request))
        return respond(words.SignedInOutput, {"access": tokens.access, "refresh": tokens.refresh, "user": user})


class LogoutView(PublicView):
    @swagger_auto_schema(request_body=words.LogoutInput, responses={200: words.DetailOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Log out. All tokens of the refresh token's sign-in stop working, and so does the session cookie."""
        fields = read(words.LogoutInput, request)
        cookie_sign_out(request)
        if refresh := fields.get("refresh"):
            services.sign_out(refresh=refresh)
        return respond(words.DetailOutput, {"detail": "Successfully logged out."})


class TokenVerifyView(joint.TokenVerifyView):
    """Verify a token"""


class TokenViewSet(joint.TokenViewSet):
    """Sign in with tokens. This subclass makes Swagger UI list its paths under contract 002."""


class UserView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.UserOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Show the signed-in user"""
        return respond(words.UserOutput, request.user)

    @swagger_auto_schema(request_body=words.UserFields, responses={200: words.UserOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Change one's first and last name. Fields that are left out stay as they are."""
        user = services.profile_update(user=request.user, **read(words.UserFields, request))
        return respond(words.UserOutput, user)

    @swagger_auto_schema(request_body=words.UserFields, responses={200: words.UserOutput})
    def patch(self, request: SignedInRequest) -> Response:
        """Change one's first or last name"""
        return self.put(request)


class AccountView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: words.AccountOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Show the user profile"""
        return respond(words.AccountOutput, request.user)

    @swagger_auto_schema(request_body=words.AccountFields, responses={200: words.AccountOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update the user profile. Fields that are left out stay as they are."""
        user = services.profile_update(user=request.user, **read(words.AccountFields, request))
        return respond(words.AccountOutput, user)

    @swagger_auto_schema(request_body=words.AccountFields, responses={200: words.AccountOutput})
    def patch(self, request: SignedInRequest) -> Response:
        """Update a part of the user profile"""
        return self.put(request)
