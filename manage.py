#!/usr/bin/env python
"""Django's command line, with the embedded default's settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    os.environ.setdefault("SHOP_PROCESS", "command")
    execute_from_command_line(sys.argv)
