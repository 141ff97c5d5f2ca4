"""Of each contract: ``ROUTES`` (who may call what), ``WRITES`` (its requests with a body) and ``requests`` (whose SQL
statements are counted).
"""
