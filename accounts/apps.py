"""Configuration of the accounts app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Connect the audit log, the jobs and the receivers, and create the staff groups after each ``migrate``."""
        from accounts import audit_signals, jobs, receivers  # noqa: F401, PLC0415 - models must be loaded first
        from accounts.groups import groups_create  # noqa: PLC0415

        audit_signals.connect()
        post_migrate.connect(groups_create, sender=self)
