"""The admin of payments: money that staff see arriving is confirmed here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from orders.admin import OrderAdmin
from orders.models import Order
from payments.models import Payment
from payments.services import payment_confirm
from payments.states import PaymentState
from utils.admin import Button, Panel, PanelAdmin, ReadOnlyAdmin, ReadOnlyInline, amount_column, signed_in
from utils.money import display


class ReferenceForm(forms.Form):
    reference = forms.CharField(max_length=100, required=False, help_text="Such as the number of a bank transfer")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin, PanelAdmin):
    list_display = ("id", "order", "method", "state", "money", "reference", "created_at", "captured_at")
    list_filter = ("state", "method", "created_at")
    list_select_related = ("order",)
    search_fields = ("^order__number", "=reference", "order__user__username")
    readonly_fields = ("money",)
    fields = ("order", "method", "state", "money", "reference", "confirmed_by", "created_at", "captured_at")
    actions = ("confirm",)
    money = amount_column("amount")

    def panels(self, request: HttpRequest, obj: Payment) -> list[Panel]:
        def run(fields: dict[str, Any], button: str) -> str:
            payment_confirm(payment_id=obj.pk, actor=signed_in(request), reference=fields["reference"])
            return "Payment confirmed."

        question = f"Have {display(obj.amount, obj.currency)} {obj.currency} been received for order {obj.order}?"
        buttons = [Button("confirm", "Confirm payment", question)] if obj.state == PaymentState.PENDING else []
        return [Panel("confirm", "Money received", buttons, run, ReferenceForm)]

    @admin.action(description="Confirm payment", permissions=["act"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        form = forms.Form(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            question = "Has the money for all of these been received?"
            return self.ask_list(request, queryset, action="confirm", question=question, form=form)

        def act(payment: Payment) -> None:
            payment_confirm(payment_id=payment.pk, actor=signed_in(request))

        self.for_each(request, queryset, act, done="Payments confirmed: {count}.")
        return None


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ("page", "method", "state", "money", "reference", "captured_at", "confirmed_by")
    money = amount_column("amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        return super().get_queryset(request).select_related("confirmed_by")


admin.site.unregister(Order)


@admin.register(Order)
class PaidOrderAdmin(OrderAdmin):
    """The order's page with its payments, which orders themselves must not know of."""

    inlines = (*OrderAdmin.inlines, PaymentInline)
