"""Shapes of the notifications part of /api/v1/."""

from rest_framework import serializers

from notifications.models import Notification
from utils.api.fields import IdField


class NotificationOutput(serializers.ModelSerializer):
    order = serializers.IntegerField(source="order_id")

    class Meta:
        model = Notification
        fields = ["id", "order", "status", "message", "created_at", "read_at"]


class ReadInput(serializers.Serializer):
    up_to = IdField(help_text="The last notification that was seen")

    class Meta:
        swagger_schema_fields = {"example": {"up_to": 17}}


class ReadOutput(serializers.Serializer):
    marked = serializers.IntegerField()


class TicketOutput(serializers.Serializer):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")
    url = serializers.CharField(help_text="Where to connect")
