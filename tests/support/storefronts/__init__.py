"""What the tests of all contracts need to know about each contract.

``ROUTES``: who may call what. ``WRITES``: its requests with a body. ``requests``: the requests whose SQL statements are
counted.
"""
