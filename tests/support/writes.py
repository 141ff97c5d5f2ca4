"""A request with a body: who sends it, a valid body, and the hostile values that each field accepts."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.hostile import Accepted

_HOLE = "@@hole@@"
CUSTOMER, SELLER, STAFF, ANYBODY = "customer", "another seller", "staff", "anonymous"


@dataclass(frozen=True)
class Write:
    """Hold a request with a body, and how the API answers it.

    ``status`` answers the valid ``body``, ``empty`` answers an empty object. ``fields`` maps the path of each field,
    such as ``address.city``, to the hostile values that it accepts. ``may_be_list``: the API also takes a list, even an
    empty one, in place of the object.
    """

    method: str
    path: str
    who: str
    body: dict[str, Any]
    fields: dict[str, Accepted]
    status: int = 200
    empty: int = 400
    may_be_list: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({', '.join(self.body) or 'nothing'})"

    def json(self, words: dict[str, Any], **fields: Any) -> bytes:
        return json.dumps(fill(self.body, words) | fields).encode()

    def json_with(self, words: dict[str, Any], name: str, literal: str) -> bytes:
        """Return the valid body with the JSON text ``literal`` as the value of the field ``name``."""
        body = fill(self.body, words)
        *above, last = name.split(".")
        inside = body
        for key in above:
            inside = inside[key]
        inside[last] = _HOLE
        return json.dumps(body).replace(f'"{_HOLE}"', literal).encode()

    def json_without(self, words: dict[str, Any], name: str) -> bytes:
        """Return the valid body without the field ``name``."""
        body = fill(self.body, words)
        *above, last = name.split(".")
        inside = body
        for key in above:
            inside = inside[key]
        inside.pop(last, None)
        return json.dumps(body).encode()

    @property
    def is_of_a_contract(self) -> bool:
        return not self.path.startswith("/api/v1/")


def fill(value: Any, words: dict[str, Any]) -> Any:
    """Replace each ``{word}`` in ``value``, also in nested lists and objects. The word's type is kept."""
    if isinstance(value, dict):
        return {key: fill(below, words) for key, below in value.items()}
    if isinstance(value, list):
        return [fill(below, words) for below in value]
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return words[value[1:-1]]
    return value
