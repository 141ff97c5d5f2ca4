"""The paths of the WebSockets."""

# Contract 004 publishes this path; /api/v1/ uses the same.
ORDER_UPDATES_PATH = "ws/orders/notifications/"
