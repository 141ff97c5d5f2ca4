"""The published API of shop 000: payment on aamarPay's page, codes by mail, and a session cookie beside tokens.

``urls`` lists the paths in the order of the published document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
