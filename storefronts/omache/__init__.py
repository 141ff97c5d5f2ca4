"""Contract 002, O-Mache, where everybody can sell and customers pay with M-Pesa.

``urls`` lists the paths in the order of the contract's document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
