"""Contract 004, the real-time shop: real-time order notifications.

``urls`` lists the paths in the order of the contract's document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
