"""The views of contract 002: each reads the request, makes one call and renders the answer."""
