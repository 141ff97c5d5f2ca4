from django.apps import AppConfig


class UtilsConfig(AppConfig):
    name = "utils"

    def ready(self) -> None:
        from utils import checks, maintenance  # noqa: F401, PLC0415 - models must be loaded first
