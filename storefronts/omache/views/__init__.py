"""The requests of document 002: parse, one call, render."""
