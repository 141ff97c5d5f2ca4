"""The admin of payments: what came and went, what staff have to do about it, and the gateways' messages."""

from payments.admin import inbox, payments, refunds

__all__ = ["inbox", "payments", "refunds"]
