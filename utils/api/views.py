"""What views share."""

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer


def read(serializer_class: type[BaseSerializer], request: Request, **kwargs: Any) -> dict[str, Any]:
    """The validated body of ``request``; raises DRF's ``ValidationError``."""
    serializer = serializer_class(data=request.data, context={"request": request}, **kwargs)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
