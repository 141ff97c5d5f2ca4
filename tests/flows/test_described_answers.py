"""Every answer of the shop matches its OpenAPI description, field by field."""

import re
from typing import Any

import jsonschema
import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.flows.test_query_counts import MANY, make_shop, requests_of
from tests.support.tries import taken_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def description(anonymous_api: APIClient) -> dict[str, Any]:
    return anonymous_api.get("/swagger.json").json()


def as_json_schema(node: Any) -> Any:
    """Translate a schema of OpenAPI 2 with ``x-nullable`` into JSON Schema."""
    if isinstance(node, list):
        return [as_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {name: as_json_schema(each) for name, each in node.items() if name not in {"format", "x-nullable"}}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("x-nullable") is True else plain


def described(description: dict[str, Any], answer: HttpResponse) -> dict[str, Any] | None:
    """Return the described schema of this answer, or ``None`` if there is none."""
    request: Any = answer.wsgi_request  # type: ignore[attr-defined] # the test client adds it
    for path in sorted(description["paths"], key=lambda path: path.count("{")):
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), request.path):
            operation = description["paths"][path].get(request.method.lower(), {})
            return operation.get("responses", {}).get(str(answer.status_code), {}).get("schema")
    return None


def test_every_answer_is_as_described(description: dict[str, Any]) -> None:
    definitions = as_json_schema(description["definitions"])
    faults, seen = [], 0
    for name, request in requests_of(make_shop(MANY)).items():
        with taken_back():
            answer = request()
        schema = described(description, answer)
        if schema is None or not answer.content:
            continue
        seen += 1
        validator = jsonschema.Draft7Validator({**as_json_schema(schema), "definitions": definitions})
        for error in validator.iter_errors(answer.json()):  # type: ignore[attr-defined]
            faults.append(f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:120]}")
    assert faults == []
    assert seen > 60
