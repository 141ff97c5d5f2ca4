"""Encode a body as a form, urlencoded or multipart."""

from typing import Any
from urllib.parse import urlencode

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "----frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def flat(body: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    """List a body's names and values: ``address.street``, ``options[0]name``; a plain list repeats its name."""
    pairs: list[tuple[str, str]] = []
    for key, value in body.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            pairs += flat(value, f"{name}.")
        elif isinstance(value, list):
            for index, below in enumerate(value):
                pairs += flat(below, f"{name}[{index}]") if isinstance(below, dict) else [(name, str(below))]
        else:
            pairs.append((name, str(value)))
    return pairs


def urlencoded(body: dict[str, Any]) -> bytes:
    return urlencode(flat(body)).encode()


def multipart(pairs: list[tuple[str, str | bytes]], *, file_names: dict[str, str] | None = None) -> bytes:
    """Encode ``pairs`` as multipart. ``file_names`` maps the names of parts that are files to their file names."""
    parts = []
    for name, value in pairs:
        file_name = (file_names or {}).get(name)
        as_file = f'; filename="{file_name}"' if file_name else ""
        content = value if isinstance(value, bytes) else value.encode()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{as_file}\r\n\r\n'.encode()
        parts.append(head + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
