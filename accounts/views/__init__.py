"""Views of the accounts app: /api/v1/auth/ and /api/v1/audit/."""
