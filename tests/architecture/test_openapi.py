"""The API's OpenAPI document is valid and complete, and has an example of every body."""

from typing import Any

import pytest
from rest_framework.test import APIClient
from swagger_spec_validator.validator20 import validate_spec

from tests.architecture.routes import FROM_GATEWAYS, PUBLISHED_FOR_GATEWAYS, ROUTES

pytestmark = pytest.mark.django_db

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(staff_api: APIClient) -> dict[str, Any]:
    return staff_api.get("/swagger.json").json()


def operations(document: dict[str, Any], prefix: str = "/") -> dict[str, dict[str, Any]]:
    """Return the operations by method and path, such as ``POST /api/v1/orders/``."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS and path.startswith(prefix)
    }


def sent(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of the operation's body, also where it is a reference; ``None`` without a body."""
    schemas = [parameter["schema"] for parameter in operation["parameters"] if parameter["in"] == "body"]
    if not schemas:
        return None
    reference = schemas[0].get("$ref", "")
    return document["definitions"][reference.rpartition("/")[2]] if reference else schemas[0]


def test_it_is_valid(document: dict[str, Any]) -> None:
    validate_spec(document)


@pytest.mark.parametrize("path", ["/swagger/", "/redoc/", "/swagger.json", "/swagger.yaml"])
def test_everybody_reads_it_unless_it_is_for_staff(
    anonymous_api: APIClient, staff_api: APIClient, settings: Any, path: str
) -> None:
    assert anonymous_api.get(path).status_code == 200
    settings.API_DOCS = "staff"
    assert anonymous_api.get(path).status_code == 401
    assert staff_api.get(path).status_code == 200


def test_it_holds_every_route(document: dict[str, Any]) -> None:
    hidden = (*(pattern for pattern in FROM_GATEWAYS if pattern not in PUBLISHED_FOR_GATEWAYS), "swagger", "redoc")
    documented = [
        pattern
        for pattern in ROUTES
        if pattern in PUBLISHED_FOR_GATEWAYS or not pattern.startswith((*hidden, "safwebhook/<"))
    ]
    wanted = sum(len(ROUTES[pattern]) for pattern in documented)
    assert len(operations(document)) == wanted


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(document).items()
        if not operation.get("summary") or not operation.get("description")
    ]
    assert silent == []


def test_every_operation_says_how_it_succeeds(document: dict[str, Any]) -> None:
    hopeless = [
        name
        for name, operation in operations(document).items()
        if not any(status.startswith("2") for status in operation["responses"])
    ]
    assert hopeless == []


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    bare = [
        name
        for name, operation in operations(document).items()
        if (schema := sent(document, operation)) and schema.get("type") == "object" and "example" not in schema
    ]
    assert bare == [], bare


def test_examples_name_only_fields_that_exist(document: dict[str, Any]) -> None:
    wrong = {
        name: set(schema["example"]) - set(schema["properties"])
        for name, operation in operations(document).items()
        if (schema := sent(document, operation)) and "example" in schema and schema["type"] == "object"
    }
    assert {name: unknown for name, unknown in wrong.items() if unknown} == {}
