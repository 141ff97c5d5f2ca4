"""Show payments, refunds, the ledger, alerts and the gateways' messages in the admin."""

from payments.admin import inbox, payments, refunds

__all__ = ["inbox", "payments", "refunds"]
