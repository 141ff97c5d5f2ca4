"""Views of the caller's own account: profile, password, e-mail address, sign-ins and data."""

from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework_simplejwt.tokens import AccessToken

from accounts import selectors, services
from accounts.authentication import SignedInRequest, client_of
from accounts.models import User
from accounts.privacy import personal_data
from accounts.serializers import (
    CodeInput,
    EmailChangeInput,
    MailedOutput,
    PasswordChangeInput,
    PasswordInput,
    ProfileInput,
    SessionOutput,
    TokenPairOutput,
    UserOutput,
)
from accounts.tokens import SESSION_CLAIM
from utils.api.conditional import IF_MATCH, expected_versions, with_version
from utils.api.views import read, respond, rows
from utils.api.viewsets import ViewSet


class MeViewSet(ViewSet):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: UserOutput})
    def retrieve(self, request: SignedInRequest) -> Response:
        """Show the profile of the signed-in user."""
        return _profile_answer(request, request.user)

    @swagger_auto_schema(request_body=ProfileInput, responses={200: UserOutput}, manual_parameters=[IF_MATCH])
    def partial_update(self, request: SignedInRequest) -> Response:
        """Change the profile of the signed-in user."""
        fields = read(ProfileInput, request, partial=True)
        user = services.profile_update(user=request.user, expected=expected_versions(request), **fields)
        return _profile_answer(request, user)

    @swagger_auto_schema(responses={200: "Everything that the shop holds about the caller, by part."})
    @action(detail=True)
    def export(self, request: SignedInRequest) -> Response:
        """Download everything that the shop holds about the caller, as a JSON file."""
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return Response(personal_data(request.user), headers=headers)

    @swagger_auto_schema(request_body=PasswordInput, responses={204: "Erased."})
    @action(detail=True, methods=["post"])
    def erase(self, request: SignedInRequest) -> Response:
        """Erase the caller's account for good. Orders and payments are kept without a name.

        This is refused while an order is under way.
        """
        services.password_check(user=request.user, **read(PasswordInput, request))
        services.user_erase(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _profile_answer(request: SignedInRequest, user: User) -> Response:
    shown = UserOutput(user, context={"request": request}).data  # the request makes the avatar's URL absolute
    return with_version(Response(shown), services.profile_tag(user))


class PasswordViewSet(ViewSet):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=PasswordChangeInput, responses={200: TokenPairOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Change the caller's password. All earlier tokens stop working at once; the answer holds new ones."""
        fields = read(PasswordChangeInput, request)
        tokens = services.password_change(user=request.user, client=client_of(request), **fields)
        if request.auth is None:  # the caller signed in with a cookie, and stays signed in with this browser only
            update_session_auth_hash(request._request, request.user)
        return respond(TokenPairOutput, tokens)


class EmailChangeViewSet(ViewSet):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=EmailChangeInput, responses={202: MailedOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Request a change of the e-mail address. A code is mailed to the new address, which verifies it."""
        services.email_change_request(user=request.user, client=client_of(request), **read(EmailChangeInput, request))
        return Response({"detail": "A code is on its way to the new address."}, status.HTTP_202_ACCEPTED)

    @swagger_auto_schema(request_body=CodeInput, responses={200: UserOutput})
    @action(detail=True, methods=["post"])
    def confirm(self, request: SignedInRequest) -> Response:
        """Confirm the new e-mail address with the mailed code. The old address is notified of the change."""
        return respond(UserOutput, services.email_change_confirm(user=request.user, **read(CodeInput, request)))


class SessionViewSet(ViewSet):
    permission_classes = [IsAuthenticated]
    lookup_url_kwarg = "session_id"
    lookup_value_converter = "uuid"

    @swagger_auto_schema(responses={200: SessionOutput(many=True)})
    def list(self, request: SignedInRequest) -> Response:
        """List the caller's open sign-ins with tokens, the newest first. Sign-ins with a cookie are not listed."""
        current = request.auth.payload[SESSION_CLAIM] if isinstance(request.auth, AccessToken) else None
        return Response(rows(SessionOutput, selectors.sessions_of(request.user, current=current)))

    @swagger_auto_schema(operation_id="api_v1_auth_sessions_delete_all", responses={204: "Signed out everywhere."})
    def bulk_destroy(self, request: SignedInRequest) -> Response:
        """Sign out everywhere, including this device."""
        services.sign_ins_end(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @swagger_auto_schema(responses={204: "Signed out there."})
    def destroy(self, request: SignedInRequest, session_id: UUID) -> Response:
        """End one sign-in, such as that of a lost phone."""
        services.session_end(user=request.user, session_id=session_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
