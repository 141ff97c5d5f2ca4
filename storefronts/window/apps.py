from django.apps import AppConfig


class WindowConfig(AppConfig):
    name = "storefronts.window"
    label = "window"
