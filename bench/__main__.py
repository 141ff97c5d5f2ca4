"""``python -m bench``; ``scripts/bench`` sets the environment for it."""

import sys

import django

django.setup()

# After Django is set up: these import models.
from bench.command import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
