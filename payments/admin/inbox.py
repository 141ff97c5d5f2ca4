"""Show the gateways' messages and the alerts for staff in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from payments.models import GatewayEvent, PaymentAlert
from payments.services import alert_resolve, event_replay
from utils.admin import ReadOnlyAdmin, signed_in


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "method", "kind", "state", "attempts", "received_at", "processed_at", "due_at")
    list_filter = ("state", "method", "received_at")
    search_fields = ("=event_id", "^kind")
    fields = (
        "method",
        "event_id",
        "kind",
        "payload",
        "state",
        "attempts",
        "received_at",
        "processed_at",
        "due_at",
        "last_error",
    )
    actions = ("process_again",)

    @admin.action(description="Process again", permissions=["act"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[GatewayEvent]) -> None:
        """Process messages again. That is harmless for one that is done: what was counted is not counted twice."""

        def act(event: GatewayEvent) -> None:
            event_replay(event_id=event.pk)

        self.for_each(request, queryset.order_by("pk"), act, done="Messages processed again: {count}.")


@admin.register(PaymentAlert)
class PaymentAlertAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "detail", "payment", "created_at", "resolved_at", "resolved_by")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "kind", "created_at")
    list_select_related = ("payment", "resolved_by")
    search_fields = ("^payment__order__number",)
    fields = ("kind", "payment", "detail", "created_at", "resolved_at", "resolved_by")
    actions = ("resolve",)

    @admin.action(description="Resolve", permissions=["act"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[PaymentAlert]) -> None:
        def act(alert: PaymentAlert) -> None:
            alert_resolve(alert_id=alert.pk, actor=signed_in(request))

        self.for_each(request, queryset.filter(resolved_at=None), act, done="Alerts resolved: {count}.")
