from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import privacy, receivers  # noqa: F401, PLC0415 - models must be loaded first
