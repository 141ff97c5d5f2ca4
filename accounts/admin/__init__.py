"""The admin of people: users, their sessions and groups."""

from accounts.admin import groups, sessions, users

__all__ = ["groups", "sessions", "users"]
