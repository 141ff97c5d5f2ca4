"""Contract 000, the aamarPay shop: payment on aamarPay's page, codes by mail, and a session cookie as well as tokens.

``urls`` lists the paths in the order of the contract's document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
