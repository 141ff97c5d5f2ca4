"""The requests of document 000: parse, one call, render."""
