"""Show payments in the admin, where staff confirm them, ask their gateways and refund them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from payments.balances import gateway_refunds, is_disputed, left_of_captures
from payments.gateways import has_gateway
from payments.gateways.errors import GatewayFailure
from payments.models import Dispute, Payment, PaymentAlert, PaymentEntry, Refund
from payments.services import dispute_close, payment_confirm, payment_query, refund_request, refund_source, settle
from payments.states import PaymentMethod, PaymentState
from utils.admin import Button, Panel, PanelAdmin, PartInline, ReadOnlyAdmin, ReadOnlyInline, amount_column, signed_in
from utils.money import display

# Where the money of a refund goes, for the question that staff answer before it.
_REFUNDED_TO = {
    PaymentMethod.STRIPE: "card",
    PaymentMethod.AAMARPAY: "aamarPay",
    PaymentMethod.MPESA: "M-Pesa",
}


class ReferenceForm(forms.Form):
    reference = forms.CharField(max_length=100, required=False, help_text="For example the number of a bank transfer")


class RefundForm(forms.Form):
    amount = forms.DecimalField(min_value=0, max_digits=15, decimal_places=3)
    reason = forms.CharField(max_length=255, required=False)


class DecisionForm(forms.Form):
    reason = forms.CharField(max_length=255, help_text="What the bank has decided, and where you read it")


class EntryInline(ReadOnlyInline):
    model = PaymentEntry
    fields = ("page", "kind", "money", "receipt", "actor", "created_at")
    money = amount_column("amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentEntry]:
        return super().get_queryset(request).select_related("actor")


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ("page", "money", "state", "is_manual", "reason", "failure", "requested_by", "created_at", "settled_at")
    money = amount_column("amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("requested_by")


class AlertInline(ReadOnlyInline):
    model = PaymentAlert
    fields = ("page", "kind", "detail", "created_at", "resolved_at", "resolved_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentAlert]:
        return super().get_queryset(request).select_related("resolved_by")


class DisputeInline(PartInline):
    model = Dispute
    fields = ("gateway_id", "opened_at", "closed_at", "closed_by", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        return super().get_queryset(request).select_related("closed_by")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin, PanelAdmin):
    list_display = ("number", "order", "method", "state", "money", "reference", "created_at", "captured_at")
    list_filter = ("state", "method", "created_at")
    list_select_related = ("order",)
    search_fields = ("^order__number", "=reference", "=number", "=gateway_id", "order__user__username")
    readonly_fields = ("money", "received", "given_back")
    fieldsets = (
        (None, {"fields": ("order", "method", "state", "money", "received", "given_back", "created_at")}),
        ("By staff", {"fields": ("reference", "confirmed_by", "captured_at")}),
        (
            "At the gateway",
            {"fields": ("number", "gateway_id", "payer", "failure", "started_at", "checks", "next_check_at")},
        ),
    )
    inlines = (EntryInline, RefundInline, DisputeInline, AlertInline)
    actions = ("confirm",)
    money = amount_column("amount")
    received = amount_column("captured_amount", "received")
    given_back = amount_column("refunded_amount", "given back or on its way")

    def panels(self, request: HttpRequest, obj: Payment) -> list[Panel]:
        return [
            self._confirm_panel(request, obj),
            self._ask_panel(obj),
            self._dispute_panel(request, obj),
            self._refund_panel(request, obj),
        ]

    def _confirm_panel(self, request: HttpRequest, payment: Payment) -> Panel:
        def run(fields: dict[str, Any], button: str) -> str:
            payment_confirm(payment_id=payment.pk, actor=signed_in(request), reference=fields["reference"])
            return "Payment confirmed."

        amount = f"{display(payment.amount, payment.currency)} {payment.currency}"
        question = f"Have {amount} been received for order {payment.order}?"
        is_open = payment.state == PaymentState.PENDING and not has_gateway(payment.method)
        buttons = [Button("confirm", "Confirm payment", question)] if is_open else []
        return Panel("confirm", "Money received", buttons, run, ReferenceForm)

    def _ask_panel(self, payment: Payment) -> Panel:
        def run(fields: dict[str, Any], button: str) -> str:
            try:
                found = settle(payment_id=payment.pk, result=payment_query(payment))
            except GatewayFailure as failure:
                return f"The gateway gave no answer: {failure.detail}"
            return f"The gateway was asked. The payment is: {found.get_state_display().lower()}."

        was_started = has_gateway(payment.method) and payment.started_at is not None
        buttons = [Button("ask", "Ask the gateway now")] if was_started else []
        return Panel("ask", "At the gateway", buttons, run, calls_gateway=True)

    def _dispute_panel(self, request: HttpRequest, payment: Payment) -> Panel:
        def run(fields: dict[str, Any], button: str) -> str:
            dispute_close(payment_id=payment.pk, actor=signed_in(request), reason=fields["reason"])
            return "Dispute closed; the payment can be refunded again."

        question = (
            "Has the bank decided? Refunds that wait will be sent. If the bank took their money, withdraw them first."
        )
        buttons = [Button("close", "The bank has decided", question)] if is_disputed(payment) else []
        return Panel("dispute", "Disputed by the buyer", buttons, run, DecisionForm)

    def _refund_panel(self, request: HttpRequest, payment: Payment) -> Panel:
        def run(fields: dict[str, Any], button: str) -> str:
            actor = signed_in(request)
            refund = refund_request(
                payment_id=payment.pk, amount=fields["amount"], actor=actor, reason=fields["reason"]
            )
            amount = f"{display(refund.amount, refund.currency)} {refund.currency}"
            if refund.is_manual:
                return f"{amount} are set aside. Give them back by hand, then confirm the refund."
            return f"The gateway is asked to give {amount} back."

        def ask(fields: dict[str, Any]) -> str:
            amount, _ = refund_source(payment=payment, amount=fields["amount"])
            refund, whole, gone = (
                display(each, payment.currency) for each in (amount, payment.captured_amount, payment.refunded_amount)
            )
            to = _REFUNDED_TO[PaymentMethod(payment.method)] if gateway_refunds(payment) else "the buyer, by hand"
            before = f" {gone} {payment.currency} are given back already." if payment.refunded_amount else ""
            return f"Refund {refund} of {whole} {payment.currency} to {to}?{before}"

        left = max(left_of_captures(payment).values(), default=Decimal(0))
        title = f"Give money back: up to {display(left, payment.currency)} {payment.currency} at once"
        buttons = [Button("refund", "Refund", ask, is_destructive=True)] if left else []
        return Panel("refund", title, buttons, run, RefundForm)

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
