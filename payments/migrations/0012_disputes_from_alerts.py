"""What alerts alone told becomes state of the payments, and alerts say what happened."""

from django.db import migrations
from django.db.models import Q


def note_state(apps, schema_editor):
    Payment, Alert = apps.get_model("payments", "Payment"), apps.get_model("payments", "PaymentAlert")
    uncounted = Alert.objects.filter(kind="amount_mismatch").exclude(payment=None).values("payment")
    Payment.objects.filter(pk__in=uncounted).update(has_uncounted_money=True)
    _rename(Alert, Q(kind="dispute", key__startswith="dispute:overdrawn:"), "dispute:overdrawn:", "overdrawn")
    contradicted = Q(kind="refund_failed") & ~Q(key__regex=r"^refund_failed:[0-9]+$")
    _rename(Alert, contradicted, "refund_failed:", "refund_contradicted")
    _note_disputes(apps.get_model("payments", "Dispute"), Alert)


def _rename(Alert, which, prefix, kind):
    for alert in Alert.objects.filter(which).iterator():
        alert.kind, alert.key = kind, f"{kind}:{alert.key.removeprefix(prefix)}"[:255]
        alert.save(update_fields=["kind", "key"])


def _note_disputes(Dispute, Alert):
    """Note the disputes; one is closed only if an alert says that the bank has decided.

    Staff who resolved the alert about its start may have done no more than read it.
    """
    about = Alert.objects.filter(kind__in=["dispute", "dispute_closed"]).exclude(payment=None).order_by("pk")
    for alert in about.iterator():
        dispute, is_new = Dispute.objects.get_or_create(
            payment_id=alert.payment_id, gateway_id=alert.key.removeprefix(f"{alert.kind}:")
        )
        if is_new:
            Dispute.objects.filter(pk=dispute.pk).update(opened_at=alert.created_at)
        if alert.kind == "dispute_closed" and dispute.closed_at is None:
            Dispute.objects.filter(pk=dispute.pk).update(closed_at=alert.created_at)


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_disputes")]

    operations = [migrations.RunPython(note_state, migrations.RunPython.noop)]
