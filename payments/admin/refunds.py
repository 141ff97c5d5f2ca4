"""Show refunds and the ledger in the admin, where staff confirm or withdraw the refunds that they decide about."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from payments.admin.payments import ReferenceForm
from payments.balances import refund_is_for_staff
from payments.models import PaymentEntry, Refund
from payments.services import refund_confirm, refund_withdraw
from utils.admin import Button, Panel, PanelAdmin, ReadOnlyAdmin, amount_column, signed_in
from utils.money import display


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=255, required=False, help_text="Why the money will not be given back")


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin, PanelAdmin):
    list_display = ("number", "payment", "money", "state", "is_manual", "created_at", "settled_at")
    list_filter = ("state", "is_manual", "created_at")
    list_select_related = ("payment",)
    search_fields = ("=number", "=gateway_id", "^payment__order__number")
    readonly_fields = ("money",)
    fieldsets = (
        (None, {"fields": ("payment", "money", "state", "is_manual", "receipt", "reason", "requested_by")}),
        ("Progress", {"fields": ("number", "gateway_id", "failure", "checks", "next_check_at", "settled_at")}),
    )
    money = amount_column("amount")

    def panels(self, request: HttpRequest, obj: Refund) -> list[Panel]:
        def confirm(fields: dict[str, Any], button: str) -> str:
            refund_confirm(refund_id=obj.pk, actor=signed_in(request), reference=fields["reference"])
            return "Refund confirmed."

        def withdraw(fields: dict[str, Any], button: str) -> str:
            refund_withdraw(refund_id=obj.pk, actor=signed_in(request), reason=fields["reason"])
            return "Refund withdrawn; its amount can be refunded again."

        is_open = refund_is_for_staff(obj)
        question = f"Have {display(obj.amount, obj.currency)} {obj.currency} been given back?"
        yes = [Button("confirm", "Confirm refund", question)] if is_open else []
        no = [Button("withdraw", "Withdraw refund", is_destructive=True)] if is_open else []
        return [
            Panel("confirm", "Money given back", yes, confirm, ReferenceForm),
            Panel("withdraw", "Not given back after all", no, withdraw, WithdrawForm),
        ]


@admin.register(PaymentEntry)
class PaymentEntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "kind", "method", "money", "payment", "receipt")
    list_filter = ("kind", "method", "created_at")
    list_select_related = ("payment",)
    search_fields = ("=receipt", "^payment__order__number")
    ordering = ("-id",)
    readonly_fields = ("money",)
    fields = ("payment", "kind", "method", "money", "receipt", "reverses", "actor", "created_at")
    money = amount_column("amount")
