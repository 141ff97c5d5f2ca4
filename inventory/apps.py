from django.apps import AppConfig
from django.db.models.signals import post_migrate

from inventory.shown import follow_changes


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        post_migrate.connect(follow_changes, sender=self, dispatch_uid="inventory.follow_changes")
