from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "payments.simulator"
    label = "simulator"
    verbose_name = "Payment simulator"

    def ready(self) -> None:
        from payments.simulator import services  # noqa: F401, PLC0415 - models must be loaded first; declares jobs
