"""WSGI application: HTTP without WebSockets."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

django_application = get_wsgi_application()

# This module reads settings, so Django must be set up first.
from django.conf import settings  # noqa: E402

from utils.api.answers.wsgi import KeptAnswers  # noqa: E402

application = KeptAnswers(django_application) if settings.ON_POSTGRES else django_application

# Objects that were created at the start live as long as the process. The garbage collector need not check them again
# and again, and workers that are forked later keep sharing their memory.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
