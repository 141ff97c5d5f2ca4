"""Contract 001, the Stripe shop: Stripe Checkout, reviews and manual payment.

``urls`` lists the paths in the order of the contract's document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
