"""The admin pages of orders.

Nobody edits an order. Staff move it to its next status, cancel it, or give its parcel a tracking number.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventory.models import Reservation
from orders.models import Order, OrderLine, OrderStatusChange
from orders.services import order_transition, require_money
from orders.states import FORWARD, OrderStatus, PaymentStatus, steps
from payments.models import Payment
from shipping.panels import tracking_panel
from utils.admin import (
    Button,
    Panel,
    PanelAdmin,
    PartInline,
    ReadOnlyAdmin,
    ReadOnlyInline,
    amount_column,
    html_table,
    signed_in,
)
from utils.money import display

_CANCELLING = (
    "Its pieces go back on sale, and its open payments are cancelled. "
    "Money that was already received has to be refunded by hand."
)
_FINAL = {
    OrderStatus.DELIVERED: "Has order {} arrived? This status is final.",
    OrderStatus.CANCELLED: f"Cancel order {{}}? {_CANCELLING}",
}


def next_statuses(current: OrderStatus) -> list[OrderStatus]:
    """List the statuses that an order in status ``current`` can move to, the nearest first and ``cancelled`` last."""
    return [status for status in (*FORWARD, OrderStatus.CANCELLED) if status != current and _leads_to(current, status)]


def _leads_to(current: OrderStatus, target: OrderStatus) -> bool:
    try:
        steps(current, target)
    except ValueError:
        return False
    return True


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=255, required=False, help_text="It is kept in the order's history")


class MoveForm(ReasonForm):
    to = forms.ChoiceField(
        label="Move to",
        choices=[choice for choice in OrderStatus.choices if choice[0] != FORWARD[0]],
        help_text=f"This can't be undone. When an order is cancelled: {_CANCELLING}",
    )
    field_order = ("to", "reason")


def _line_currency(line: OrderLine) -> str:
    return line.order.currency


class OrderLineInline(PartInline):
    model = OrderLine
    fields = (
        "product_name",
        "variant_title",
        "sku",
        "price_each",
        "quantity",
        "price_of_all",
    )
    price_each = amount_column("unit_price", currency=_line_currency)
    price_of_all = amount_column("total", currency=_line_currency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("order")


class StatusChangeInline(PartInline):
    model = OrderStatusChange
    fields = ("created_at", "old_status", "new_status", "actor", "reason")
    verbose_name_plural = "history"

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderStatusChange]:
        return super().get_queryset(request).select_related("actor")


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ("page", "method", "state", "money", "reference", "captured_at", "confirmed_by")
    money = amount_column("amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        return super().get_queryset(request).select_related("confirmed_by")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin, PanelAdmin):
    list_display = ("number", "user", "status", "payment_status", "total_due", "placed_at")
    list_filter = ("status", "payment_status", "placed_at", "currency")
    list_select_related = ("user",)
    search_fields = ("^number", "user__username", "user__email", "email")
    search_help_text = "Number, username or e-mail address"
    readonly_fields = ("parcel", "reserved", "goods", "shipping", "total_due", "captured")
    fieldsets = (
        (None, {"fields": ("number", "status", "payment_status", "placed_at", "expires_at")}),
        ("Customer", {"fields": ("user", "email", "phone", "note", "cart")}),
        ("Amounts", {"fields": ("goods", "shipping", "total_due", "captured")}),
        ("Shipment", {"fields": ("shipment", "parcel")}),
        ("Stock", {"fields": ("reserved",)}),
    )
    inlines = (OrderLineInline, StatusChangeInline, PaymentInline)
    actions = ("move_to",)
    goods = amount_column("subtotal")
    shipping = amount_column("shipping_total", "shipping")
    total_due = amount_column("total")
    captured = amount_column("captured_total", "received so far")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("user", "cart", "shipment__method")

    @admin.display(description="carrier")
    def parcel(self, order: Order) -> SafeString:
        parcel = order.shipment
        return format_html("{} {} ({})", parcel.carrier or "No carrier", parcel.tracking_number, parcel.status)

    @admin.display(description="reservations")
    def reserved(self, order: Order) -> SafeString | str:
        rows = Reservation.objects.filter(reference=order.stock_reference).order_by("id")
        rows = rows.select_related("stock_item__variant__product", "stock_item__location")
        cells = [(row.stock_item.variant, row.stock_item.location, row.quantity, row.state) for row in rows]
        return html_table(("Variant", "Location", "Pieces", "State"), cells)

    def panels(self, request: HttpRequest, obj: Order) -> list[Panel]:
        def move(fields: dict[str, Any], button: str) -> str:
            order_transition(order_id=obj.pk, to=OrderStatus(button), actor=signed_in(request), reason=fields["reason"])
            return f"The order is {OrderStatus(button).label.lower()} now."

        buttons = [self._button(request, obj, status) for status in next_statuses(OrderStatus(obj.status))]
        title = f"Status: {OrderStatus(obj.status).label}, {PaymentStatus(obj.payment_status).label.lower()}"
        return [Panel("status", title, buttons, move, ReasonForm), tracking_panel(obj.shipment)]

    def _button(self, request: HttpRequest, order: Order, status: OrderStatus) -> Button:
        if status == OrderStatus.CANCELLED:
            question = _FINAL[status].format(order.number)
            return Button(status.value, "Cancel the order", question, is_destructive=True)

        def ask(fields: dict[str, Any]) -> str:
            require_money(order, actor=signed_in(request), reason=fields["reason"])
            if not order.lacks_money:
                return _FINAL.get(status, "").format(order.number)
            kept = display(order.captured_total - order.refunded_total, order.currency)
            paid = f"{kept} of {display(order.total, order.currency)} {order.currency}"
            return f"Order {order.number} is not fully paid ({paid} received). Move it to {status.label} anyway?"

        return Button(status.value, f"Move to {status.label}", ask, is_destructive=order.lacks_money)

    @admin.action(description="Move to ...", permissions=["act"])
    def move_to(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """Ask for the new status in a form; once it is confirmed, move each selected order that can have it."""
        form = MoveForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self.ask_list(request, queryset, action="move_to", question="Move these orders?", form=form)
        target, reason = OrderStatus(form.cleaned_data["to"]), form.cleaned_data["reason"]

        def act(order: Order) -> None:
            order_transition(order_id=order.pk, to=target, actor=signed_in(request), reason=reason)

        self.for_each(request, queryset, act, done=f"Orders moved to {target.label}: {{count}}.")
        return None
