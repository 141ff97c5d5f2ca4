"""Admin pages for users, their sessions, groups and the audit log."""

from accounts.admin import audit, groups, sessions, sign_in, users

__all__ = ["audit", "groups", "sessions", "sign_in", "users"]
