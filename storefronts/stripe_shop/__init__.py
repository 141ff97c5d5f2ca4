"""The published API of shop 001: Stripe Checkout, reviews and manual payment.

``urls`` is the document's table in its order; ``serializers`` holds its words. Every rule is the core's.
"""
