"""The views of /api/v1/orders/."""
