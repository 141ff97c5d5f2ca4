"""One's own account: profile, password, address, sign-ins, data."""

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
        """The signed-in user."""
        return _profile_answer(request, request.user)

    @swagger_auto_schema(request_body=ProfileInput, responses={200: UserOutput}, manual_parameters=[IF_MATCH])
    def partial_update(self, request: SignedInRequest) -> Response:
        """Change one's profile."""
        fields = read(ProfileInput, request, partial=True)
        user = services.profile_update(user=request.user, expected=expected_versions(request), **fields)
        return _profile_answer(request, user)

    @swagger_auto_schema(responses={200: "Everything that the shop holds about the caller, by part."})
    @action(detail=True)
    def export(self, request: SignedInRequest) -> Response:
        """Everything that the shop holds about the caller, as a JSON file."""
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return Response(personal_data(request.user), headers=headers)

    @swagger_auto_schema(request_body=PasswordInput, responses={204: "Erased."})
    @action(detail=True, methods=["post"])
    def erase(self, request: SignedInRequest) -> Response:
        """Erase the account for good. Orders and payments stay, without a name; one under way has to end first."""
        services.password_check(user=request.user, **read(PasswordInput, request))
        services.user_erase(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _profile_answer(request: SignedInRequest, user: User) -> Response:
    shown = UserOutput(user, context={"request": request}).data  # the avatar's address in full
    return with_version(Response(shown), services.profile_tag(user))


class PasswordViewSet(ViewSet):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=PasswordChangeInput, responses={200: TokenPairOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Change the password. Every earlier token stops working at once; the answer holds new ones."""
        fields = read(PasswordChangeInput, request)
        tokens = services.password_change(user=request.user, client=client_of(request), **fields)
        if request.auth is None:  # a cookie brought the request: it stays good for this browser alone
            update_session_auth_hash(request._request, request.user)
        return respond(TokenPairOutput, tokens)


class EmailChangeViewSet(ViewSet):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=EmailChangeInput, responses={202: MailedOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Ask for another e-mail address: a code goes to it, and nothing changes before the code comes back."""
        services.email_change_request(user=request.user, client=client_of(request), **read(EmailChangeInput, request))
        return Response({"detail": "A code is on its way to the new address."}, status.HTTP_202_ACCEPTED)

    @swagger_auto_schema(request_body=CodeInput, responses={200: UserOutput})
    @action(detail=True, methods=["post"])
    def confirm(self, request: SignedInRequest) -> Response:
        """Give the code back: the new address is the account's, and proven. The old one is told."""
        return respond(UserOutput, services.email_change_confirm(user=request.user, **read(CodeInput, request)))


class SessionViewSet(ViewSet):
    permission_classes = [IsAuthenticated]
    lookup_url_kwarg = "session_id"
    lookup_value_converter = "uuid"

    @swagger_auto_schema(responses={200: SessionOutput(many=True)})
    def list(self, request: SignedInRequest) -> Response:
        """Where the account is signed in with tokens, the newest first."""
        current = request.auth.payload[SESSION_CLAIM] if isinstance(request.auth, AccessToken) else None
        return Response(rows(SessionOutput, selectors.sessions_of(request.user, current=current)))

    @swagger_auto_schema(operation_id="api_v1_auth_sessions_delete_all", responses={204: "Signed out everywhere."})
    def bulk_destroy(self, request: SignedInRequest) -> Response:
        """Sign out everywhere, here too."""
        services.sign_ins_end(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @swagger_auto_schema(responses={204: "Signed out there."})
    def destroy(self, request: SignedInRequest, session_id: UUID) -> Response:
        """End one sign-in, such as that of a lost phone."""
        services.session_end(user=request.user, session_id=session_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
