"""ASGI application: HTTP and WebSockets in one process (daphne), or only WebSockets behind a proxy."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
http = get_asgi_application()

# These modules import models, so Django must be set up first.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from notifications.consumers import OrderUpdates, UnknownPath  # noqa: E402
from notifications.routing import ORDER_UPDATES_PATH  # noqa: E402
from utils import embedded  # noqa: E402

router = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": URLRouter([path(ORDER_UPDATES_PATH, OrderUpdates.as_asgi()), re_path("", UnknownPath.as_asgi())]),
    }
)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one connection, and start the embedded default's background work at the first one."""
    embedded.ensure_running()
    await router(scope, receive, send)
