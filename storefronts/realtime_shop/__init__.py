"""The published API of shop 004: real-time order notifications.

``urls`` lists the paths in the order of the published document; ``serializers`` holds its inputs and outputs. Every
rule is in the core.
"""
