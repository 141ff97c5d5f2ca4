"""The views of contract 000: each reads the request, makes one call and renders the answer."""
