"""The views of orders and promotions in /api/v1/."""
