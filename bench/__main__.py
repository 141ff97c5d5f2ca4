"""``python -m bench``; ``scripts/bench`` and ``scripts/bench_webhooks`` set the environment for it."""

import sys

import django

django.setup()

# After Django is set up: these import models.
from bench import command, webhooks  # noqa: E402

sys.exit(webhooks.main() if sys.argv[1:] == ["webhooks"] else command.main(sys.argv[1:]))
