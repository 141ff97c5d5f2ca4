"""The views of shop 002's published API: each reads the request, makes one call and renders the answer."""
