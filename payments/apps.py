from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from payments import checks, jobs, privacy, receivers  # noqa: F401, PLC0415 - models must be loaded first
