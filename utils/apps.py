"""Configuration of the utils app."""

from django.apps import AppConfig


class UtilsConfig(AppConfig):
    name = "utils"

    def ready(self) -> None:
        """Register the system checks and the housekeeping job."""
        from utils import checks, maintenance  # noqa: F401, PLC0415 - models must be loaded first
