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
from storefronts.omache import serializers
from utils.api.views import PublicView, read, respond


class RegistrationView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.RegistrationInput, responses={201: serializers.SignedInOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Register a user and sign in at once"""
        client = client_of(request)
        user = services.user_register(client=client, **read(serializers.RegistrationInput, request))
        tokens = services.session_open(user=user, client=client)
        answer = {"access": tokens.access, "refresh": tokens.refresh, "user": user}
        return respond(serializers.SignedInOutput, answer, status.HTTP_201_CREATED)


class LoginView(PublicView):
    @swagger_auto_schema(request_body=serializers.LoginInput, responses={200: serializers.SignedInOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Login with a username or an e-mail address"""
        user, tokens = services.sign_in(client=client_of(request), **read(serializers.LoginInput, request))
        return respond(serializers.SignedInOutput, {"access": tokens.access, "refresh": tokens.refresh, "user": user})


class LogoutView(PublicView):
    @swagger_auto_schema(request_body=serializers.LogoutInput, responses={200: serializers.DetailOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Log out. All tokens of the refresh token's sign-in stop working, and so does the session cookie."""
        fields = read(serializers.LogoutInput, request)
        cookie_sign_out(request)
        if refresh := fields.get("refresh"):
            services.sign_out(refresh=refresh)
        return respond(serializers.DetailOutput, {"detail": "Successfully logged out."})


class TokenVerifyView(joint.TokenVerifyView):
    """Verify a token"""


class TokenViewSet(joint.TokenViewSet):
    """Sign in with tokens. This subclass makes Swagger UI list its paths under contract 002."""


class UserView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.UserOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Show the signed-in user"""
        return respond(serializers.UserOutput, request.user)

    @swagger_auto_schema(request_body=serializers.UserFields, responses={200: serializers.UserOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Change one's first and last name. Fields that are left out stay as they are."""
        user = services.profile_update(user=request.user, **read(serializers.UserFields, request))
        return respond(serializers.UserOutput, user)

    @swagger_auto_schema(request_body=serializers.UserFields, responses={200: serializers.UserOutput})
    def patch(self, request: SignedInRequest) -> Response:
        """Change one's first or last name"""
        return self.put(request)


class AccountView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.AccountOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Show the user profile"""
        return respond(serializers.AccountOutput, request.user)

    @swagger_auto_schema(request_body=serializers.AccountFields, responses={200: serializers.AccountOutput})
    def put(self, request: SignedInRequest) -> Response:
        """Update the user profile. Fields that are left out stay as they are."""
        user = services.profile_update(user=request.user, **read(serializers.AccountFields, request))
        return respond(serializers.AccountOutput, user)

    @swagger_auto_schema(request_body=serializers.AccountFields, responses={200: serializers.AccountOutput})
    def patch(self, request: SignedInRequest) -> Response:
        """Update a part of the user profile"""
        return self.put(request)
