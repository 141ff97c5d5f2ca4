"""The shop with lists of products that take long to make. Its log has a line for each list that is made."""

import logging
import time
from typing import Any

from config import wsgi

from catalog.views import rows  # isort: skip - config.wsgi sets Django up

application = wsgi.application
_make = rows.product_rows


def _make_slowly(*args: Any, **kwargs: Any) -> Any:
    logging.getLogger(__name__).warning("A list of products is made.")
    time.sleep(0.5)
    return _make(*args, **kwargs)


rows.product_rows = _make_slowly
