"""The gateways' side of the counter, for trying the shop without an account anywhere.

It answers what the shop's own gateway code asks, under ``/simulator/<gateway>/``, shows the pages that a buyer would
see, and sends the news that a gateway would send, in good and in bad order. It imports nothing of ``payments``: all it
knows of the shop is what the shop tells it over HTTP. Its shapes are those of the gateways' public documents; it proves
how the shop copes, not how the gateways behave. Production refuses to start with it.
"""
