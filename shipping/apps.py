from django.apps import AppConfig


class ShippingConfig(AppConfig):
    name = "shipping"

    def ready(self) -> None:
        from shipping import privacy  # noqa: F401, PLC0415 - models must be loaded first
