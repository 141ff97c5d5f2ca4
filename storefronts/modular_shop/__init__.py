"""Contract 003, the modular shop, whose customers verify their e-mail address before they sign in.

``urls`` lists the paths in the order of the contract's document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
