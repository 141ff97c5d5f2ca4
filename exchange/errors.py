"""The errors that reading a product file raises."""

from utils.errors import Invalid


class UnusableFile(Invalid):
    code = "unusable_file"
    message = "The file is not a product list."


class BadCell(ValueError):
    """Report that a cell of a file can't be read.

    Its message is the end of a sentence that begins with the column and the value.
    """
