from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import audit_signals, jobs, receivers  # noqa: F401, PLC0415 - models must be loaded first
        from accounts.groups import groups_create  # noqa: PLC0415

        audit_signals.connect()
        post_migrate.connect(groups_create, sender=self)
