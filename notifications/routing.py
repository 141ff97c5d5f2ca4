"""The paths of the WebSockets."""

# The published API of shop 004 has this path; /api/v1/ uses the same.
ORDER_UPDATES_PATH = "ws/orders/notifications/"
