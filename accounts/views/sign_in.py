"""Signing in and out."""

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
        """Create a customer account and sign in. A code that proves the address goes out by mail."""
        client = client_of(request)
        user = services.user_register(client=client, **read(RegistrationInput, request))
        answer = {"user": user, "tokens": services.session_open(user=user, client=client)}
        return respond(RegistrationOutput, answer, status.HTTP_201_CREATED)


class TokenViewSet(PublicViewSet):
    """A contract may read other bodies, which hold the same fields."""

    credentials_input: type[Input] = CredentialsInput
    refresh_input: type[Input] = RefreshInput

    @swagger_auto_schema(request_body=CredentialsInput, responses={200: TokenPairOutput}, security=[])
    def create(self, request: Request) -> Response:
        """Sign in with username or e-mail address. The access token lasts 15 minutes, the refresh token 14 days."""
        _, tokens = services.sign_in(client=client_of(request), **read(self.credentials_input, request))
        return respond(TokenPairOutput, tokens)

    @swagger_auto_schema(request_body=RefreshInput, responses={200: TokenPairOutput}, security=[])
    @action(detail=True, methods=["post"])
    def refresh(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair.

        For a minute the same token gets the same new refresh token again, in case the answer was lost. Later, or once
        the new one has been used, it ends the sign-in.
        """
        return respond(TokenPairOutput, services.session_rotate(**read(self.refresh_input, request)))

    @swagger_auto_schema(request_body=TokenInput, responses={200: "The access token is good."}, security=[])
    @action(detail=True, methods=["post"])
    def verify(self, request: Request) -> Response:
        """Is this access token good right now?"""
        try:
            claims = AccessToken(read(TokenInput, request)["token"])
        except TokenError as error:
            raise TokenRefused from error
        selectors.user_of_token(claims)
        return Response({})


class LogoutViewSet(PublicViewSet):
    @swagger_auto_schema(request_body=RefreshInput, responses={204: "Signed out."}, security=[])
    def create(self, request: Request) -> Response:
        """End the sign-in that the refresh token belongs to, with all its tokens, and the browser's cookie's."""
        fields = read(RefreshInput, request)
        cookie_sign_out(request)
        services.sign_out(**fields)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CookieSessionViewSet(ViewSet):
    """Signing in with a cookie, for pages on the shop's own origin: scripts can't read it, so they can't leak it.

    Everything but GET needs the CSRF token in ``X-CSRFToken``, signing in too: a stranger's page must not be able to
    sign a visitor in to the stranger's account.
    """

    permission_classes = [AllowAny]
    authentication_classes = [SessionAuthentication]

    @swagger_auto_schema(responses={200: CookieSessionOutput}, security=[])
    def retrieve(self, request: Request) -> Response:
        """Who the cookie signs in, if anybody; and a CSRF token, whose cookie is set."""
        return self._answer(request)

    @swagger_auto_schema(request_body=CredentialsInput, responses={200: CookieSessionOutput}, security=[])
    def create(self, request: Request) -> Response:
        """Sign in; the answer sets the session's cookie and a fresh CSRF token."""
        SessionAuthentication().enforce_csrf(request)
        user = services.credentials_check(client=client_of(request), **read(CredentialsInput, request))
        login(request._request, user)
        request.user = user
        return self._answer(request)

    @swagger_auto_schema(responses={204: "Signed out."}, security=[])
    def destroy(self, request: Request) -> Response:
        """Sign out, which is no error for whoever is not signed in."""
        SessionAuthentication().enforce_csrf(request)
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _answer(request: Request) -> Response:
        user = request.user if request.user.is_authenticated else None
        return respond(CookieSessionOutput, {"csrf_token": get_token(request._request), "user": user})
