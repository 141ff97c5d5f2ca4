"""Orders in /api/v1/orders/."""
