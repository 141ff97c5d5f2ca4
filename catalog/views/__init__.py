"""The catalogue in /api/v1/."""
