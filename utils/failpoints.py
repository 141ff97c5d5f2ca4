"""Places where a test may have the process die, as if the machine had lost power there.

``reached("settle.recorded")`` does nothing unless ``settings.FAILPOINT`` names the place, which only the test settings
can be told to do.
"""

import os
import signal

from django.conf import settings


def reached(name: str) -> None:
    if getattr(settings, "FAILPOINT", "") == name:
        os.kill(os.getpid(), signal.SIGKILL)
