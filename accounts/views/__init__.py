"""Accounts in /api/v1/auth/."""
