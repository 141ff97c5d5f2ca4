"""Import the module with the fault before any test runs: a plugin for pytest (``-p tests.mutation.importing``)."""

import importlib
import os

MODULE = "MUTATION_MODULE"


def pytest_collection_finish() -> None:
    """End the run when the module can't even be imported: every test would fail, and none would judge the fault."""
    importlib.import_module(os.environ[MODULE])
