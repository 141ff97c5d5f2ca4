"""WebSocket addresses."""

# The address that storefront document 004 publishes; /api/v1/ uses the same.
ORDER_UPDATES_PATH = "ws/orders/notifications/"
