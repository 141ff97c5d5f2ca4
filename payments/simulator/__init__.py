"""Play the gateways, to try the shop without an account at any of them.

The simulator answers what the shop's own gateway code asks, under ``/simulator/<gateway>/``, shows the pages that a
buyer would see, and sends the messages that a gateway would send, in order or out of order. It imports nothing else of
``payments``: all it knows about the shop comes from the shop's HTTP requests. Its shapes are those of the gateways'
public documents. It proves how the shop copes, not how the gateways behave. Production refuses to start with it.
"""
