"""The views of shop 000's published API: each reads the request, makes one call and renders the answer."""
