"""The published API of shop 002: O-Mache, where everybody sells and M-Pesa pays.

``urls`` is the document's table in its order; ``serializers`` holds its words. Every rule is the core's.
"""
