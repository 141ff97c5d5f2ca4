from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        """Connect the receivers that keep the read model."""
        from catalog import signals  # noqa: PLC0415 - models must be loaded first
        from inventory import receivers, shown  # noqa: PLC0415

        signals.products_changed.connect(receivers.refresh_listings, dispatch_uid="inventory.refresh_listings")
        pre_migrate.connect(shown.pause_following, sender=self, dispatch_uid="inventory.pause_following")
        post_migrate.connect(shown.follow_changes, sender=self, dispatch_uid="inventory.follow_changes")
        post_migrate.connect(receivers.fill_listings, sender=self, dispatch_uid="inventory.fill_listings")
