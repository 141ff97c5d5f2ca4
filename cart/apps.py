from django.apps import AppConfig


class CartConfig(AppConfig):
    name = "cart"

    def ready(self) -> None:
        from cart import jobs, privacy  # noqa: F401, PLC0415 - models must be loaded first
