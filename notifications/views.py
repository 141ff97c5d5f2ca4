"""Notifications in /api/v1/notifications/."""

from typing import Any

from drf_yasg.utils import swagger_auto_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import AccessToken

from accounts.authentication import SignedInRequest
from accounts.tokens import SESSION_CLAIM
from notifications import selectors, services, tickets
from notifications.models import Notification
from notifications.routing import ORDER_UPDATES_PATH
from notifications.serializers import NotificationOutput, ReadInput, ReadOutput, TicketOutput
from utils.api.filters import IdFilter, StrictBooleanFilter, StrictFilterSet
from utils.api.views import ListView, read


class NotificationFilter(StrictFilterSet):
    since = IdFilter(
        field_name="id",
        lookup_expr="gt",
        min_value=0,
        help_text="Only those after this id: what a closed socket missed",
    )
    unread = StrictBooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields: list[str] = []


class NotificationListView(ListView):
    """What one was told, the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = NotificationOutput
    filterset_class = NotificationFilter
    queryset = Notification.objects.none()

    def get_queryset(self) -> Any:
        return selectors.notifications_of(self.request.user) if self.request.user.is_authenticated else self.queryset


class NotificationReadView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=ReadInput, responses={200: ReadOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Mark one's notifications as read."""
        return Response({"marked": services.notifications_mark_read(user=request.user, **read(ReadInput, request))})


class TicketView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(request_body=None, responses={200: TicketOutput})
    def post(self, request: SignedInRequest) -> Response:
        """A ticket for one WebSocket connection: good once, for 30 seconds, as `?ticket=`."""
        if isinstance(request.auth, AccessToken):
            sign_in = tickets.SignIn(user_id=request.user.pk, sid=request.auth[SESSION_CLAIM])
        else:
            sign_in = tickets.SignIn(user_id=request.user.pk, session_key=request.session.session_key or "")
        answer = {
            "ticket": tickets.issue(sign_in),
            "expires_in": tickets.LIFETIME_SECONDS,
            "url": f"/{ORDER_UPDATES_PATH}",
        }
        return Response(answer)
