"""The views of contract 002 (O-Mache). Each reads the request, calls the core and renders the answer."""
