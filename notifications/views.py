"""Notifications and support threads: /api/v1/notifications/, /api/v1/threads/."""

from typing import Any

import django_filters
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
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
from utils.api.views import ListView, read, respond


class NotificationFilter(StrictFilterSet):
    since = SinceFilter(help_text="Only those after the one with this id: what a closed socket missed")
    unread = StrictBooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields: list[str] = []


class NotificationListView(ListView):
    """What one was told, the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = NotificationOutput
    filterset_class = NotificationFilter
    pagination_class = PageOrCursorPagination
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


class ThreadFilter(StrictFilterSet):
    status = django_filters.ChoiceFilter(choices=ThreadStatus.choices)

    class Meta:
        model = Thread
        fields: list[str] = []


class ThreadListView(ListView):
    """One's own support threads (staff: all), the one last written in first."""

    permission_classes = [IsAuthenticated]
    serializer_class = ThreadOutput
    filterset_class = ThreadFilter
    queryset = Thread.objects.none()

    def get_queryset(self) -> Any:
        return selectors.threads_visible_to(self.request.user) if self.request.user.is_authenticated else self.queryset

    @swagger_auto_schema(request_body=ThreadInput, responses={201: ThreadOutput})
    def post(self, request: SignedInRequest) -> Response:
        """Open a support thread. Staff may open one for a customer."""
        fields = read(ThreadInput, request)
        customer = fields.pop("user", request.user.pk)
        thread = services.thread_open(user_id=customer, opened_by=request.user, **fields)
        return respond(ThreadOutput, thread, status.HTTP_201_CREATED)


class ThreadView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: ThreadOutput})
    def get(self, request: SignedInRequest, thread_number: str) -> Response:
        """One of one's own support threads (staff: any)."""
        return respond(ThreadOutput, selectors.thread_get(user=request.user, number=thread_number))


class ThreadMessageFilter(StrictFilterSet):
    since = SinceFilter(help_text="Only those after the one with this id")

    class Meta:
        model = ThreadMessage
        fields: list[str] = []


class ThreadMessagesView(ListView):
    """What was written in a support thread, the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = ThreadMessageOutput
    filterset_class = ThreadMessageFilter
    queryset = ThreadMessage.objects.none()

    def get_queryset(self) -> Any:
        if not self.request.user.is_authenticated:
            return self.queryset
        return selectors.messages_in(selectors.thread_get(user=self.request.user, number=self.kwargs["thread_number"]))

    @swagger_auto_schema(request_body=ThreadMessageInput, responses={201: ThreadMessageOutput})
    def post(self, request: SignedInRequest, thread_number: str) -> Response:
        """Write in a support thread. The customer's message reopens a closed one."""
        fields = read(ThreadMessageInput, request)
        thread = selectors.thread_to_write_in(user=request.user, number=thread_number)
        message = services.message_post(thread=thread, author=request.user, **fields)
        return respond(ThreadMessageOutput, message, status.HTTP_201_CREATED)


class ThreadCloseView(APIView):
    permission_classes = [staff_with("notifications.change_thread")]

    @swagger_auto_schema(request_body=None, responses={200: ThreadOutput})
    def post(self, request: SignedInRequest, thread_number: str) -> Response:
        """Close a support thread (staff). Closing it again changes nothing."""
        thread = selectors.thread_get(user=request.user, number=thread_number)
        return respond(ThreadOutput, services.thread_close(thread=thread))
