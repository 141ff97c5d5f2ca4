from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from orders import jobs, privacy, receivers  # noqa: F401, PLC0415 - models must be loaded first
