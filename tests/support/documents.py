"""The published documents themselves, read where they lie: their examples are run as they stand there."""

import re

from tests.support.shared import shared_file

_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def document(number: str) -> str:
    """The text of document ``000`` to ``004``; the test is skipped where it is not at hand."""
    (found,) = shared_file("seeds").glob(f"{number}_*.txt")
    return found.read_text()


def examples(number: str, language: str) -> list[str]:
    """The document's blocks in ``language``, such as ``bash``, in its order."""
    return [text.strip() for kind, text in _BLOCK.findall(document(number)) if kind == language]


def curl_commands(number: str) -> list[str]:
    """Every curl command of the document's shell examples, each whole."""
    blocks = "\n".join(examples(number, "bash"))
    starts = [match.start() for match in re.finditer(r"^curl ", blocks, re.MULTILINE)]
    parts = [blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)]
    return [re.split(r"\n(?=#|\n)", part)[0].strip() for part in parts]
