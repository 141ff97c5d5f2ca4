"""The errors that reading a product file raises."""

from utils.errors import Invalid


class UnusableFile(Invalid):
    code = "unusable_file"
    message = "The file is not a product list."


class BadCell(ValueError):
    """Refuse one cell. The message continues a sentence that begins with the column and the value."""
