"""The published documents of the contracts. Tests run their examples exactly as published."""

import re

from tests.support.shared import shared_file

_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def document(number: str) -> str:
    """Return the text of document ``000`` to ``004``. Skip the test where the documents are missing."""
    (found,) = shared_file("seeds").glob(f"{number}_*.txt")
    return found.read_text()


def examples(number: str, language: str) -> list[str]:
    """List the document's code blocks in ``language``, such as ``bash``, in their order."""
    return [text.strip() for kind, text in _BLOCK.findall(document(number)) if kind == language]


def curl_commands(number: str) -> list[str]:
    """List the curl commands of the document's shell examples, each with all of its lines."""
    blocks = "\n".join(examples(number, "bash"))
    starts = [match.start() for match in re.finditer(r"^curl ", blocks, re.MULTILINE)]
    parts = [blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)]
    return [re.split(r"\n(?=#|\n)", part)[0].strip() for part in parts]
