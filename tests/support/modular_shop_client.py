"""Send the requests of shop 003's published API, and read its refusals."""

from typing import Any

from rest_framework.test import APIClient


def post(path: str, body: dict[str, Any], **kwargs: Any) -> Any:
    return APIClient().post(f"/accounts/{path}", body, **kwargs)


def said(answer: Any) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]
