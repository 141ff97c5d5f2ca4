"""The HTTP API under a WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

application = get_wsgi_application()

# What was made while starting lives as long as the process: the collector need not look at it again and again, and
# workers that are forked later go on sharing its memory.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
