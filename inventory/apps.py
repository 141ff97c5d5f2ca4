from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import receivers  # noqa: PLC0415 - models must be loaded first

        post_migrate.connect(receivers.fill_listings, sender=self, dispatch_uid="inventory.fill_listings")
