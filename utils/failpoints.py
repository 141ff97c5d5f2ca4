"""Failpoints: named places in the code where a test may kill the process, as if the power failed there."""

import os
import signal

from django.conf import settings


def reached(name: str) -> None:
    """Kill the process if ``settings.FAILPOINT`` is ``name``, such as ``settle.recorded``; otherwise do nothing.

    Only the test settings have a ``FAILPOINT``.
    """
    if getattr(settings, "FAILPOINT", "") == name:
        os.kill(os.getpid(), signal.SIGKILL)
