from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        """Connect the receivers that keep the read model."""
        from catalog import signals  # noqa: PLC0415 - models must be loaded first
        from inventory import receivers  # noqa: PLC0415

        signals.products_changed.connect(receivers.refresh_listings, dispatch_uid="inventory.refresh_listings")
        signals.categories_changed.connect(receivers.forget_lists_of_categories, dispatch_uid="inventory.forget_lists")
        post_migrate.connect(receivers.fill_listings, sender=self, dispatch_uid="inventory.fill_listings")
