from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import jobs, privacy, receivers  # noqa: F401, PLC0415 - models must be loaded first
