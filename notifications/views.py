"""The views of /api/v1/notifications/ and /api/v1/threads/."""

from typing import Any

import django_filters
from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework_simplejwt.tokens import AccessToken

from accounts.authentication import SignedInRequest
from accounts.tokens import SESSION_CLAIM
from notifications import selectors, services, tickets
from notifications.models import Notification, Thread, ThreadMessage, ThreadStatus
from notifications.routing import ORDER_UPDATES_PATH
from notifications.serializers import (
    NotificationOutput,
    ReadInput,
    ReadOutput,
    ThreadInput,
    ThreadMessageInput,
    ThreadMessageOutput,
    ThreadOutput,
    TicketOutput,
)
from utils.api.filters import SinceFilter, StrictBooleanFilter, StrictFilterSet
from utils.api.pagination import PageOrCursorPagination
from utils.api.permissions import staff_with
from utils.api.views import read, respond
from utils.api.viewsets import ListViewSet


class NotificationFilter(StrictFilterSet):
    since = SinceFilter(help_text="Only what came after this id, such as while a socket was closed")
    unread = StrictBooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields: list[str] = []


class NotificationViewSet(ListViewSet):
    """List one's own notifications, the newest first."""

    request: SignedInRequest
    permission_classes = [IsAuthenticated]
    serializer_class = NotificationOutput
    filterset_class = NotificationFilter
    pagination_class = PageOrCursorPagination

    def visible(self) -> Any:
        return selectors.notifications_of(self.request.user)

    @swagger_auto_schema(request_body=ReadInput, responses={200: ReadOutput})
    @action(detail=False, methods=["post"], url_path="read")
    def mark_read(self, request: SignedInRequest) -> Response:
        """Mark one's own notifications as read, up to and including ``up_to``."""
        return Response({"marked": services.notifications_mark_read(user=request.user, **read(ReadInput, request))})

    @swagger_auto_schema(request_body=no_body, responses={200: TicketOutput})
    def ticket(self, request: SignedInRequest) -> Response:
        """Issue a ticket for one WebSocket connection. It is valid once, for 30 seconds, as `?ticket=`."""
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


class ThreadFilter(StrictFilterSet):
    status = django_filters.ChoiceFilter(choices=ThreadStatus.choices)

    class Meta:
        model = Thread
        fields: list[str] = []


class ThreadViewSet(ListViewSet):
    """List one's own support threads (staff: all threads), the one with the latest change first."""

    request: SignedInRequest
    permission_classes = [IsAuthenticated]
    permissions = {"close": staff_with("notifications.change_thread")}
    serializer_class = ThreadOutput
    filterset_class = ThreadFilter
    lookup_url_kwarg = "thread_number"
    lookup_value_converter = "number"

    def visible(self) -> Any:
        return selectors.threads_visible_to(self.request.user)

    @swagger_auto_schema(request_body=ThreadInput, responses={201: ThreadOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Open a support thread. Staff may open one for a customer."""
        fields = read(ThreadInput, request)
        customer = fields.pop("user", request.user.pk)
        thread = services.thread_open(user_id=customer, opened_by=request.user, **fields)
        return respond(ThreadOutput, thread, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={200: ThreadOutput})
    def retrieve(self, request: SignedInRequest, thread_number: str) -> Response:
        """Show one of one's own support threads (staff: any thread)."""
        return respond(ThreadOutput, selectors.thread_get(user=request.user, number=thread_number))

    @swagger_auto_schema(request_body=no_body, responses={200: ThreadOutput})
    @action(detail=True, methods=["post"])
    def close(self, request: SignedInRequest, thread_number: str) -> Response:
        """Close a support thread (staff). Closing it again changes nothing."""
        thread = selectors.thread_get(user=request.user, number=thread_number)
        return respond(ThreadOutput, services.thread_close(thread=thread))


class ThreadMessageFilter(StrictFilterSet):
    since = SinceFilter(help_text="Only what came after this id")

    class Meta:
        model = ThreadMessage
        fields: list[str] = []


class ThreadMessageViewSet(ListViewSet):
    """List the messages of a support thread, the newest first."""

    request: SignedInRequest
    permission_classes = [IsAuthenticated]
    serializer_class = ThreadMessageOutput
    filterset_class = ThreadMessageFilter

    def visible(self) -> Any:
        return selectors.messages_in(selectors.thread_get(user=self.request.user, number=self.kwargs["thread_number"]))

    @swagger_auto_schema(request_body=ThreadMessageInput, responses={201: ThreadMessageOutput})
    def create(self, request: SignedInRequest, thread_number: str) -> Response:
        """Write in a support thread. The customer's message reopens a closed one."""
        fields = read(ThreadMessageInput, request)
        thread = selectors.thread_to_write_in(user=request.user, number=thread_number)
        message = services.message_post(thread=thread, author=request.user, **fields)
        return respond(ThreadMessageOutput, message, status.HTTP_201_CREATED)
