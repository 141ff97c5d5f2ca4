"""The published API of shop 000: aamarPay's page, codes by mail and a session cookie beside tokens.

``urls`` is the document's table in its order; ``serializers`` holds its words. Every rule is the core's.
"""
