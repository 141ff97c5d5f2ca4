"""The published API of shop 001: Stripe Checkout, reviews and manual payment.

``urls`` lists the paths in the order of the published document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
