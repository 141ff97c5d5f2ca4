"""Check that a refusal is a problem document."""

from typing import Any

from django.http import HttpResponse

KEYS = {"type", "title", "status", "detail", "code", "request_id"}


def flaw(answer: HttpResponse) -> str:
    """Return what is wrong with a refusal as a problem document, or an empty text if nothing is."""
    if not 400 <= answer.status_code < 500:
        return f"answered {answer.status_code}"
    if answer.headers.get("Content-Type") != "application/problem+json":
        return f"{answer.status_code} is {answer.headers.get('Content-Type')}"
    body: dict[str, Any] = answer.json()  # type: ignore[attr-defined] # the test client adds it
    if missing := KEYS - body.keys():
        return f"{answer.status_code} lacks {sorted(missing)}"
    if body["status"] != answer.status_code or body["request_id"] != answer.headers["X-Request-ID"]:
        return f"{answer.status_code} contradicts its own body"
    if not (body["type"].endswith(f"#{body['code']}") and body["title"] and body["detail"]):
        return f"{answer.status_code} says nothing: {body}"
    return ""
