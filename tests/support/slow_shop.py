"""The shop with lists of products that take long to make. Its log has a line for each list that is made."""

import logging
import time
from typing import Any

from config import wsgi

from catalog.views import listings  # isort: skip - config.wsgi sets Django up

application = wsgi.application
_make = listings.rows_of


def _make_slowly(*args: Any, **kwargs: Any) -> Any:
    logging.getLogger(__name__).warning("A list of products is made.")
    time.sleep(0.5)
    return _make(*args, **kwargs)


listings.rows_of = _make_slowly
