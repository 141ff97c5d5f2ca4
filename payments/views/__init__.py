"""Serve payments over HTTP."""
