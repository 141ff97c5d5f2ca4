"""Admin pages for users, their sessions, groups and the audit log."""

from accounts.admin import audit, customer_groups, groups, sessions, sign_in, users

__all__ = ["audit", "customer_groups", "groups", "sessions", "sign_in", "users"]
