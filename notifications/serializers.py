"""The inputs and outputs of notifications and support threads in /api/v1/."""

from rest_framework import serializers

from notifications.models import MAX_BODY, MAX_SUBJECT, Notification, Thread, ThreadMessage
from utils.api.fields import IdField, NumberInput
from utils.api.inputs import Input


class NotificationOutput(serializers.ModelSerializer):
    """Show a notification about an order, with the order's status, or about an answer in a support thread.

    Either ``order`` or ``thread`` is null.
    """

    id = serializers.CharField(source="number")
    order = serializers.CharField(source="order.number", default=None)
    thread = serializers.CharField(source="thread_message.thread.number", default=None)

    class Meta:
        model = Notification
        fields = ["id", "order", "thread", "status", "message", "created_at", "read_at"]


class ReadInput(Input):
    up_to = NumberInput(help_text="The last notification that was seen")

    class Meta:
        swagger_schema_fields = {"example": {"up_to": "7KQ2M9XWBD4T"}}


class ReadOutput(serializers.Serializer):
    marked = serializers.IntegerField()


class TicketOutput(serializers.Serializer):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="In seconds")
    url = serializers.CharField(help_text="The path to connect to")


class ThreadInput(Input):
    subject = serializers.CharField(max_length=MAX_SUBJECT, required=False, allow_blank=True)
    body = serializers.CharField(
        max_length=MAX_BODY, required=False, allow_blank=True, help_text="The first message; optional"
    )
    user = IdField(required=False, help_text="The customer; only staff can name somebody else")

    class Meta:
        swagger_schema_fields = {
            "example": {"subject": "The lamp is broken", "body": "It arrived in pieces. What can I do?"}
        }


class ThreadOutput(serializers.ModelSerializer):
    id = serializers.CharField(source="number")

    class Meta:
        model = Thread
        fields = ["id", "user", "subject", "status", "created_at", "updated_at"]


class ThreadMessageInput(Input):
    body = serializers.CharField(max_length=MAX_BODY)

    class Meta:
        swagger_schema_fields = {"example": {"body": "We are sorry. A new one is on its way."}}


class ThreadMessageOutput(serializers.ModelSerializer):
    id = serializers.CharField(source="number")
    is_answer = serializers.BooleanField(help_text="True if the shop wrote it, not the customer")

    class Meta:
        model = ThreadMessage
        fields = ["id", "author", "is_answer", "body", "created_at"]
