"""Run ``python -m bench``. ``scripts/bench`` and the scripts with similar names set the environment for it."""

import sys

import django

django.setup()

# Imported after Django is set up, because these modules import models.
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
