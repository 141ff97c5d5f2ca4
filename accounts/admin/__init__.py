"""The admin of people: users, their sessions and groups, and what staff did."""

from accounts.admin import audit, groups, sessions, sign_in, users

__all__ = ["audit", "groups", "sessions", "sign_in", "users"]
