"""The views of contract 000 (the aamarPay shop). Each reads the request, calls the core and renders the answer."""
