"""The published API of shop 003: the modular shop, whose accounts are proven by a code before they sign in.

``urls`` is the document's table in its order; ``serializers`` holds its words. Every rule is the core's.
"""
