"""Views for registering, signing in and signing out."""

from django.contrib.auth import login, logout
from django.middleware.csrf import get_token
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts import selectors, services
from accounts.authentication import client_of, cookie_sign_out
from accounts.errors import TokenRefused
from accounts.serializers import (
    CookieSessionOutput,
    CredentialsInput,
    RefreshInput,
    RegistrationInput,
    RegistrationOutput,
    TokenInput,
    TokenPairOutput,
)
from utils.api.inputs import Input
from utils.api.views import read, respond
from utils.api.viewsets import PublicViewSet, ViewSet


class RegistrationViewSet(PublicViewSet):
    @swagger_auto_schema(request_body=RegistrationInput, responses={201: RegistrationOutput}, security=[])
    def create(self, request: Request) -> Response:
        """Create a customer account and sign in. A code that verifies the e-mail address is mailed."""
        client = client_of(request)
        user = services.user_register(client=client, **read(RegistrationInput, request))
        answer = {"user": user, "tokens": services.session_open(user=user, client=client)}
        return respond(RegistrationOutput, answer, status.HTTP_201_CREATED)


class TokenViewSet(PublicViewSet):
    """Open, renew and check sign-ins with tokens.

    A storefront's view may set other input classes, which read the same fields.
    """

    credentials_input: type[Input] = CredentialsInput
    refresh_input: type[Input] = RefreshInput

    @swagger_auto_schema(request_body=CredentialsInput, responses={200: TokenPairOutput}, security=[])
    def create(self, request: Request) -> Response:
        """Sign in with a username or e-mail address. The access token lasts 15 minutes, the refresh token 14 days."""
        _, tokens = services.sign_in(client=client_of(request), **read(self.credentials_input, request))
        return respond(TokenPairOutput, tokens)

    @swagger_auto_schema(request_body=RefreshInput, responses={200: TokenPairOutput}, security=[])
    @action(detail=True, methods=["post"])
    def refresh(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair.

        For a minute, sending the same token again returns the same new refresh token, in case the answer was lost.
        Sending it later, or after the new one was used, ends the sign-in.
        """
        return respond(TokenPairOutput, services.session_rotate(**read(self.refresh_input, request)))

    @swagger_auto_schema(request_body=TokenInput, responses={200: "The access token is valid."}, security=[])
    @action(detail=True, methods=["post"])
    def verify(self, request: Request) -> Response:
        """Check whether an access token is valid right now."""
        try:
            token = AccessToken(read(TokenInput, request)["token"])
        except TokenError as error:
            raise TokenRefused from error
        selectors.user_of_token(token)
        return Response({})


class LogoutViewSet(PublicViewSet):
    @swagger_auto_schema(request_body=RefreshInput, responses={204: "Signed out."}, security=[])
    def create(self, request: Request) -> Response:
        """End the sign-in of the refresh token, with all of its tokens, and the sign-in of the browser's cookie."""
        fields = read(RefreshInput, request)
        cookie_sign_out(request)
        services.sign_out(**fields)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CookieSessionViewSet(ViewSet):
    """Sign in and out with a cookie, for pages on the shop's own origin. Scripts can't read it, so they can't leak it.

    All methods except GET need the CSRF token in ``X-CSRFToken``, also for signing in: another site's page must not be
    able to sign a visitor in to an account of its own.
    """

    permission_classes = [AllowAny]
    authentication_classes = [SessionAuthentication]

    @swagger_auto_schema(responses={200: CookieSessionOutput}, security=[])
    def retrieve(self, request: Request) -> Response:
        """Show the user whom the cookie signs in, if any, and a CSRF token. The answer sets the CSRF cookie."""
        return self._answer(request)

    @swagger_auto_schema(request_body=CredentialsInput, responses={200: CookieSessionOutput}, security=[])
    def create(self, request: Request) -> Response:
        """Sign in with a cookie. The answer sets the session cookie and holds a new CSRF token."""
        SessionAuthentication().enforce_csrf(request)
        user = services.credentials_check(client=client_of(request), **read(CredentialsInput, request))
        login(request._request, user)
        request.user = user
        return self._answer(request)

    @swagger_auto_schema(responses={204: "Signed out."}, security=[])
    def destroy(self, request: Request) -> Response:
        """Sign out. This is no error for a caller who is not signed in."""
        SessionAuthentication().enforce_csrf(request)
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _answer(request: Request) -> Response:
        user = request.user if request.user.is_authenticated else None
        return respond(CookieSessionOutput, {"csrf_token": get_token(request._request), "user": user})
