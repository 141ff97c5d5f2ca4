"""``python -m bench``; ``scripts/bench`` and the scripts named like it set the environment for it."""

import sys

import django

django.setup()

# After Django is set up: these import models.
from bench import command, importing, timing, webhooks  # noqa: E402

match sys.argv[1:]:
    case ["webhooks"]:
        sys.exit(webhooks.main())
    case ["import", *arguments]:
        sys.exit(importing.main(arguments))
    case ["timing", *arguments]:
        sys.exit(timing.main(arguments))
    case arguments:
        sys.exit(command.main(arguments))
