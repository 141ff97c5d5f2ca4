"""What the API answers to OPTIONS."""

from typing import Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.request import Request


class Metadata(SimpleMetadata):
    """Describe a path by its name and its media types. The OpenAPI schema says what its methods accept."""

    def determine_actions(self, request: Request, view: Any) -> dict[str, Any]:
        return {}
